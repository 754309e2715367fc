// How the field of a module is spelled in a state.

const keyed = new WeakSet<object>();

/** Says of a container that its field names are keys that somebody chose, which PyTorch keeps as they are. */
export const namesAreKeys = (module: object): void => void keyed.add(module);

/** PyTorch's spelling: snake_case (`weightIh` → `weight_ih`) for fields, keys as they are. */
export const nameOfField = (module: object, field: string): string =>
  keyed.has(module) ? field : snakeCase(field);

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
