/** A camelCase field as PyTorch spells it: `weightIh` is `weight_ih`. Fields spelled otherwise (`W_q`) stay as they are. */
export const snakeCase = (field: string): string =>
  /^[a-z][a-zA-Z0-9]*$/.test(field)
    ? field
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
        .toLowerCase()
    : field;
