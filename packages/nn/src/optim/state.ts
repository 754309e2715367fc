import {
  assign,
  cast,
  clone,
  fullLike,
  ShapeError,
  scope,
  type Tensor,
  WeftError,
  withRecording,
} from "@weft/tensor";
import { shown } from "../optionChecks.js";
import { checkSaved } from "./checkSaved.js";
import type { Family } from "./family.js";
import { type Group, type GroupOptions, groupOfEach } from "./groups.js";
import type { Kept } from "./kept.js";
import { checkValues } from "./options.js";

/** What an optimizer needs to go on: tensors by PyTorch's names, and plain JSON. */
export interface OptimizerState<O = GroupOptions> {
  /** `0.step`, `0.exp_avg`, …: the number of the parameter, counted through all groups, and PyTorch's name. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** The options of each group, and the numbers of its parameters. */
  readonly groups: readonly (Readonly<O> & { readonly params: readonly number[] })[];
}

/** Copies of all that is kept. */
export function saveState<O>(
  family: Family<O>,
  kept: Kept,
  turn: number,
  groups: readonly Group<O>[],
): OptimizerState<O> {
  let count = 0;
  const options = groups.map((group) => ({ ...group, params: group.params.map(() => count++) }));
  return withRecording(false, () =>
    scope(() => {
      const state: Record<string, Tensor> = {};
      for (let i = 0; i < count; i++) {
        state[`${i}.step`] = cast(kept.steps(turn, i), "f32");
        for (const [name, arenas] of kept.moments) state[`${i}.${name}`] = clone(kept.arenas.part(arenas, i));
        if (family.product !== undefined) state[`${i}.${family.product}`] = clone(kept.product(turn, i));
      }
      return { state, groups: options };
    }),
  );
}

/** Overwrites all that is kept, and returns the options for each group. */
export function loadState<O extends object>(
  { name: where, rules, initial, product }: Family<O>,
  kept: Kept,
  turn: number,
  groups: readonly Group<O>[],
  saved: OptimizerState<O>,
): Partial<O>[] {
  checkSaved(`${where}: loadStateDict`, saved, ["state", "groups"]);
  const { state, groups: given } = saved;
  if (!Array.isArray(given) || !given.every((group) => Array.isArray(group?.params))) {
    throw new TypeError(
      `${where}: loadStateDict: groups is ${shown(given)}, no list of groups with params; pass what stateDict() returned.`,
    );
  }
  const count = (sizes: readonly number[]) => sizes.join(" + ");
  const [own, theirs] = [groups, given].map((list) => count(list.map(({ params }) => params.length)));
  if (own !== theirs) {
    throw new WeftError(
      `${where}: loadStateDict: the groups here have ${own} parameters, those of the state ${theirs}; ` +
        "make the optimizer as the one that was saved.",
    );
  }
  checkSameFamily(where, rules, given);
  const names = ["step", ...kept.moments.keys(), ...(product === undefined ? [] : [product])];
  const known = new Set(kept.parameters.flatMap((_, i) => names.map((name) => `${i}.${name}`)));
  const unknown = Object.keys(state).filter((key) => !known.has(key));
  if (unknown.length > 0) {
    throw new WeftError(
      `${where}: loadStateDict: ${unknown.join(", ")} unknown; this optimizer keeps ${names.join(", ")} of each parameter.`,
    );
  }
  for (const [i, { shape }] of kept.parameters.entries()) {
    for (const moment of kept.moments.keys())
      checkShape(where, `${i}.${moment}`, state[`${i}.${moment}`], shape);
    for (const single of ["step", product]) {
      const key = `${i}.${single}`;
      const given = single === undefined ? undefined : state[key];
      if (given !== undefined && given.size !== 1) checkShape(where, key, given, []);
    }
  }
  const options = groups.map((_, i) => {
    const { params: _params, ...values } = given[i] as Readonly<O> & { readonly params: readonly number[] };
    checkValues(`${where}: loadStateDict: groups[${i}]`, rules, values as unknown as O);
    return values as unknown as Partial<O>;
  });
  const groupOf = groupOfEach(groups);
  withRecording(false, () => {
    for (const i of kept.parameters.keys()) {
      scope(() => {
        kept.fill(i, initial?.(groupOf[i] as O) ?? 0);
        let hasStarted = false;
        for (const [moment, arenas] of kept.moments) {
          const given = state[`${i}.${moment}`];
          if (given === undefined) continue;
          hasStarted = true;
          kept.arenas.put(arenas, i, given);
        }
        // PyTorch's SGD counts no steps; a buffer that is there has seen one.
        setNumber(kept.steps(turn, i), state[`${i}.step`] ?? Number(hasStarted));
        if (product !== undefined) setNumber(kept.product(turn, i), state[`${i}.${product}`] ?? 1);
      });
    }
  });
  return options;
}

/** Every optimizer has options of its own, so those of the groups tell whose state it is. */
function checkSameFamily(where: string, rules: object, groups: readonly object[]): void {
  for (const [i, { params: _params, ...options }] of (groups as readonly { params: unknown }[]).entries()) {
    const missing = Object.keys(rules).filter((name) => !(name in options));
    const strange = Object.keys(options).filter((name) => !(name in rules));
    if (missing.length + strange.length === 0) continue;
    const lists = [`lacks ${missing.join(", ")}`, `has ${strange.join(", ")}`];
    const faults = lists.filter((_, k) => [missing, strange][k]?.length);
    throw new WeftError(
      `${where}: loadStateDict: groups[${i}] ${faults.join(" and ")}: the state is of another optimizer; ` +
        "load it into one of the class that saved it.",
    );
  }
}

function setNumber(target: Tensor, value: Tensor | number): void {
  const source = typeof value === "number" ? fullLike(target, value) : value.reshape([]);
  assign(target, cast(source, target.dtype));
}

function checkShape(where: string, key: string, given: Tensor | undefined, shape: readonly number[]): void {
  if (given === undefined || given.shape.join() === shape.join()) return;
  throw new ShapeError(
    `${where}: loadStateDict: ${key} is (${given.shape.join(", ")}) in the state and (${shape.join(", ")}) here; ` +
      "load the state of an optimizer with the same parameters.",
  );
}
