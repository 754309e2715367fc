// One of the two pieces of ambient state (the other is recording.ts): which scope the running code is in.
import { checkFunction } from "../checks/checkArguments.js";
import { WeftError } from "../errors.js";

/** What a scope can own. */
export interface Owned {
  /** Frees the object; `how` completes the sentence "tensor was freed …". */
  free(how: string): void;
  /** No scope owns the object any more. */
  loosen(): void;
  /** What goes where the object goes: the gradient of a leaf. */
  readonly grad?: Owned | undefined;
}

interface Scope {
  readonly made: Set<Owned>;
  readonly outer: Scope | undefined;
}

let current: Scope | undefined;

/** Enters a new object in the running scope, if there is one. */
export function track(object: Owned): void {
  if (current === undefined) object.loosen();
  else current.made.add(object);
}

/**
 * Runs `body` and frees every tensor made in it, except those it returns (also inside arrays and objects) and those it
 * handed to `keep()`. Scopes nest; what an inner scope returns belongs to the outer one. The gradient of a leaf goes where
 * the leaf goes.
 *
 * @throws WeftError when `body` returns a Promise: a scope is synchronous
 * @example
 * const total = scope(() => sum(square(tensor([1, 2, 3])))); // the squares are freed here
 * await total.item(); // 14
 */
export function scope<T>(body: () => T extends PromiseLike<unknown> ? never : T): T {
  checkFunction("scope", "the body", body);
  const scope: Scope = { made: new Set(), outer: current };
  current = scope;
  let result: T | undefined;
  try {
    result = body();
    if (isPromise(result)) {
      result.then(undefined, () => {}); // it runs on without its tensors, and what it throws says nothing new
      throw new WeftError(
        "scope: the body returned a Promise; await outside, and keep the body synchronous.",
      );
    }
    handOver(result, scope, new Set());
    return result;
  } finally {
    current = scope.outer;
    for (const object of scope.made)
      object.free("when its scope ended; return it from scope() or call keep() on it");
  }
}

/** Whether a body that should be synchronous returned a Promise all the same. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | undefined)?.then === "function";

/** Moves what can be reached from a scope's result to the scope outside. */
function handOver(value: unknown, scope: Scope, seen: Set<unknown>): void {
  if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  if (isOwned(value)) {
    handOver(value.grad, scope, seen);
    if (!scope.made.delete(value)) return;
    if (scope.outer === undefined) value.loosen();
    else scope.outer.made.add(value);
    return;
  }
  const parts = value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
  for (const part of parts) handOver(part, scope, seen);
}

const isOwned = (value: object): value is Owned => typeof (value as Partial<Owned>).free === "function";

/**
 * Takes a tensor, and its gradient if it has one, out of all running scopes: it lives until `dispose()`, or until JavaScript
 * collects it.
 *
 * @example
 * let best;
 * scope(() => { best = keep(ones([2])); });
 * await best.toArray(); // [1, 1]
 */
export function keep<T extends Owned>(object: T): T {
  for (let scope = current; scope !== undefined; scope = scope.outer) {
    if (scope.made.delete(object)) object.loosen();
  }
  if (object.grad !== undefined) keep(object.grad);
  return object;
}

/**
 * Moves a tensor to the running scope that another one belongs to, and out of all scopes where that one is in none: the
 * gradient of a leaf lives as long as the leaf.
 *
 * @example
 * const x = ones([2]); // in no scope
 * let twice;
 * scope(() => { twice = keepWith(x, x.mul(2)); });
 * await twice.toArray(); // [2, 2]
 */
export function keepWith<T extends Owned>(owner: Owned, object: T): T {
  let home = current;
  while (home !== undefined && !home.made.has(owner)) home = home.outer;
  if (home === undefined) return keep(object);
  for (let scope = current; scope !== home && scope !== undefined; scope = scope.outer)
    scope.made.delete(object);
  home.made.add(object);
  return object;
}
