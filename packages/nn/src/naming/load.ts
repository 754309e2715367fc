import {
  assign,
  cast,
  clone,
  DeviceError,
  ShapeError,
  scope,
  Tensor,
  WeftError,
  withRecording,
} from "@weft/tensor";
import { checkAlive } from "./checkAlive.js";

export interface LoadOptions {
  /** Whether every name must be on both sides; true unless told otherwise. Shapes must fit in any case. */
  readonly strict?: boolean;
}

/** The names that only one side has. */
export interface LoadResult {
  /** In the module, not in the state: these tensors stay as they were. */
  readonly missingKeys: readonly string[];
  /** In the state, not in the module. */
  readonly unexpectedKeys: readonly string[];
}

type State = Readonly<Record<string, Tensor>>;

/** Copies a state into a module's own tensors, after everything that could be wrong has been checked. */
export function load(own: State, state: State, { strict = true }: LoadOptions): LoadResult {
  const missingKeys = Object.keys(own).filter((name) => !Object.hasOwn(state, name));
  const unexpectedKeys = Object.keys(state).filter((name) => !Object.hasOwn(own, name));
  if (strict) checkNames(missingKeys, unexpectedKeys);
  const pairs = Object.keys(own)
    .filter((name) => Object.hasOwn(state, name))
    .map((name) => [name, own[name] as Tensor, state[name] as Tensor] as const);
  for (const [name, target, source] of pairs) checkPair(name, target, source);
  // A source that views a target (two layers exchange weights) is read before anything is written.
  const storages = new Set(pairs.map(([, target]) => target.storage));
  withRecording(false, () =>
    scope(() => {
      const ready = pairs.map(([, target, source]) => {
        const fitting = cast(source, target.dtype);
        const isTarget = storages.has(fitting.storage) && fitting.storage !== target.storage;
        return [target, isTarget ? clone(fitting) : fitting] as const;
      });
      for (const [target, source] of ready) assign(target, source);
    }),
  );
  return { missingKeys, unexpectedKeys };
}

function checkNames(missing: readonly string[], unexpected: readonly string[]): void {
  if (missing.length + unexpected.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`${list(missing)} missing`] : []),
    ...(unexpected.length > 0 ? [`${list(unexpected)} unknown`] : []),
  ];
  throw new WeftError(`loadStateDict: ${parts.join("; ")}; load the state of a model with the same layers.`);
}

/** A message stays readable also when nothing fits. */
const MOST_NAMES = 8;

const list = (names: readonly string[]): string => {
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
};

function checkPair(name: string, target: Tensor, source: unknown): asserts source is Tensor {
  if (!(source instanceof Tensor)) {
    throw new TypeError(`loadStateDict: ${name} is ${String(source)}, not a tensor; use tensor().`);
  }
  checkAlive(`loadStateDict: ${name}`, target);
  checkAlive(`loadStateDict: ${name} of the state`, source);
  if (source.shape.join() !== target.shape.join()) {
    throw new ShapeError(
      `loadStateDict: ${name} is (${target.shape.join(", ")}) here and (${source.shape.join(", ")}) in the state; ` +
        "build the model with the sizes it was saved with.",
    );
  }
  if (source.device !== target.device) {
    throw new DeviceError(`loadStateDict: ${name} lives on another device than the model; make them on one.`);
  }
  if (target.strides.some((stride, axis) => stride === 0 && (target.shape[axis] as number) > 1)) {
    throw new ShapeError(
      `loadStateDict: ${name} shows elements more than once and cannot be written; let the model hold a clone().`,
    );
  }
}
