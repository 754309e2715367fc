// How the field of a module is spelled in a state.

const keyed = new WeakSet<object>();

/** Says of a container that its field names are keys that somebody chose, which PyTorch keeps as they are. */
export const namesAreKeys = (module: object): void => void keyed.add(module);

/** PyTorch's spelling: snake_case (`weightIh` → `weight_ih`) for fields, keys as they are. */
export const nameOfField = (module: object, field: string): string =>
  keyed.has(module) ? field : snakeCase(field);

/** Fields spelled otherwise than in camelCase (`W_q`) stay as they are. */
const snakeCase = (field: string): string =>
  /^[a-z][a-zA-Z0-9]*$/.test(field)
    ? field
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
        .toLowerCase()
    : field;
