// What a module holds, found by walking its fields.
import { Tensor, WeftError } from "@weft/tensor";
import { nameOfField } from "../fieldNames.js";

const modules = new WeakSet<object>();

/** Enters a new object among the modules: fields that hold it hold a module. */
export const enroll = (module: object): void => void modules.add(module);

export const isModule = (value: unknown): value is object =>
  typeof value === "object" && value !== null && modules.has(value);

/** A tensor or module that a field holds, directly or inside arrays, plain objects and Maps. */
export interface Held<Value extends object = object> {
  /** Its name in a state, from the module that was walked: `weight`, `blocks.0`, `heads.left`. */
  readonly name: string;
  /** The code that reaches it: `.weight`, `.blocks[0]`, `.heads.left`. */
  readonly path: string;
  readonly value: Value;
}

/**
 * The tensors and modules in the fields of a module, in the order of the fields; it does not enter them. Tensors that are
 * no part of a model are passed over. Objects of other classes are not entered either, and #private fields cannot be seen.
 *
 * @throws WeftError when a place has no name of its own: members of a Set, keys that are no plain words
 */
export function* held(module: object): Generator<Held> {
  for (const [field, value] of Object.entries(module)) {
    const path = /^\d+$/.test(field) ? `[${field}]` : `.${field}`;
    yield* inside(module, { name: nameOfField(module, field), path, value }, new Set());
  }
}

/** Only the tensors of `held`. */
export function* heldTensors(module: object): Generator<Held<Tensor>> {
  for (const place of held(module)) if (place.value instanceof Tensor) yield place as Held<Tensor>;
}

/** Only the modules of `held`. */
export function* heldModules(module: object): Generator<Held> {
  for (const place of held(module)) if (isModule(place.value)) yield place;
}

/** `around` are the containers that lead here: one that holds itself is not entered twice. */
function* inside(
  module: object,
  { name, path, value }: Omit<Held, "value"> & { readonly value: unknown },
  around: ReadonlySet<object>,
): Generator<Held> {
  if (typeof value !== "object" || value === null || around.has(value)) return;
  if (value instanceof Tensor && !isPart(value)) return;
  if (value instanceof Tensor || isModule(value)) {
    yield { name, path, value };
    return;
  }
  const parts = partsOf(value);
  if (parts === undefined) return;
  const within = new Set([...around, value]);
  for (const [key, part] of parts) {
    const isNamed = typeof key === "string" || typeof key === "number";
    const place = isNamed ? { name: `${name}.${key}`, path: path + accessOf(value, key) } : { name, path };
    for (const found of inside(module, { ...place, value: part }, within)) {
      checkKey(module, path, value, key);
      yield found;
    }
  }
}

/**
 * Whether a model consists of it. What ops computed from parameters, a state kept between calls for instance, is none, and no
 * more after it was freed. What was freed and requires no gradient has nothing to save; a parameter that was freed stays, for
 * whoever uses it to complain.
 */
const isPart = ({ isLeaf, disposed, requiresGrad }: Tensor): boolean => isLeaf && (requiresGrad || !disposed);

type Part = readonly [key: unknown, value: object];

const isObject = ([, value]: readonly [unknown, unknown]): boolean =>
  typeof value === "object" && value !== null;

/** The members of a container that may hold something; undefined for what is none. */
function partsOf(value: object): readonly Part[] | undefined {
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
  const isList = value instanceof Map || value instanceof Set || Array.isArray(value);
  if (!isList && !isPlain) return undefined;
  const entries: readonly (readonly [unknown, unknown])[] = isList
    ? [...value.entries()]
    : Object.entries(value);
  return entries.filter(isObject) as Part[];
}

/** How code reaches a member. */
function accessOf(container: object, key: unknown): string {
  if (Array.isArray(container)) return `[${String(key)}]`;
  return container instanceof Map ? `.get(${JSON.stringify(key)})` : `.${String(key)}`;
}

/** Refuses a container or key that cannot name what it holds. */
function checkKey(module: object, path: string, container: object, key: unknown): void {
  const where = `${module.constructor.name}${path}`;
  if (container instanceof Set) {
    throw new WeftError(
      `${where} is a Set, whose members have no names; use an array, an object or a Map for tensors and modules.`,
    );
  }
  if (typeof key === "number" || (typeof key === "string" && key !== "" && !key.includes("."))) return;
  throw new WeftError(
    `${where} holds a tensor or module under ${typeof key === "string" ? JSON.stringify(key) : `a key of type ${typeof key}`}; ` +
      "use a number, or a word without a dot.",
  );
}
