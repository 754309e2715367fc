import { checkOptions, Tensor, WeftError } from "@weft/tensor";
import { checkAlive } from "../naming/checkAlive.js";
import { described } from "../naming/describe.js";
import { checkValues, type Rules } from "./options.js";

/** What every optimizer can be told of a group of parameters. */
export interface GroupOptions {
  learningRate: number;
  weightDecay: number;
  /** Follows the gradient upwards instead of downwards. */
  maximize: boolean;
}

/** Parameters with the options that hold for them. What can be written may be changed between steps. */
export type Group<O> = O & { readonly params: readonly Tensor[] };

/** The parameters of a model, or groups of them with options of their own. */
export type ParametersOrGroups<O> =
  | readonly Tensor[]
  | readonly ({ readonly params: readonly Tensor[] } & Readonly<Partial<O>>)[];

/** The options that an optimizer is given: those of all groups that do not say otherwise, and its own. */
export type OptionsOf<O> = Readonly<Partial<O>> & ClipOptions;

export interface ClipOptions {
  /** Largest 2-norm that all gradients together may have: they are scaled down to it, by min(1, clipNorm / (‖g‖ + 1e-6)). */
  readonly clipNorm?: number | undefined;
  /** Largest absolute value of an element of a gradient; further ones are moved to it, before norms are taken. */
  readonly clipValue?: number | undefined;
}

/** A model may be full of tensors that are no parameters. */
const NONE =
  "pass model.parameters(), in which a tensor that was computed is none: detach() it and set its requiresGrad.";

const OWN = ["clipNorm", "clipValue"];

/**
 * Reads the first argument of an optimizer: fills in options and refuses what cannot be trained.
 *
 * @throws WeftError when there is nothing to train, a parameter cannot be trained, or comes twice
 * @throws TypeError when an option is unknown, or a switch neither true nor false
 * @throws RangeError when an option's value makes no sense
 */
export function readGroups<O extends GroupOptions>(
  where: string,
  rules: Rules<O>,
  parameters: ParametersOrGroups<O>,
  options: OptionsOf<O>,
): Group<O>[] {
  checkParameterList(where, parameters);
  if (parameters.length === 0) throw new WeftError(`${where}: there are no parameters; ${NONE}`);
  const known = Object.keys(rules);
  checkNames(where, options, [...known, ...OWN]);
  const lists: readonly ({ readonly params: readonly Tensor[] } & Readonly<Partial<O>>)[] = isGroups(
    parameters,
  )
    ? parameters
    : [{ params: parameters } as { readonly params: readonly Tensor[] } & Readonly<Partial<O>>];
  const groups = lists.map((given, i): Group<O> => {
    const place = isGroups(parameters) ? `${where}: groups[${i}]` : where;
    checkNames(place, given, ["params", ...known]);
    if (!isList(given.params))
      throw new WeftError(`${place}: params is no list of tensors; use { params: model.parameters() }.`);
    const values = Object.fromEntries(
      known.map((name) => {
        const key = name as keyof O;
        return [name, [given[key], options[key], rules[key].initial].find((value) => value !== undefined)];
      }),
    ) as unknown as O;
    checkValues(place, rules, values);
    return { ...values, params: [...given.params] };
  });
  checkParameters(
    where,
    groups.flatMap(({ params }) => params),
  );
  return groups;
}

/** For each parameter, counted through all groups, the group it is in. */
export const groupOfEach = <G extends { readonly params: readonly Tensor[] }>(groups: readonly G[]): G[] =>
  groups.flatMap((group) => group.params.map(() => group));

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isGroups = <O>(
  parameters: ParametersOrGroups<O>,
): parameters is readonly ({ readonly params: readonly Tensor[] } & Readonly<Partial<O>>)[] =>
  !((parameters as readonly unknown[])[0] instanceof Tensor);

/** Refuses options that do not exist. */
export function checkNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options === "object" && options !== null && "lr" in options)
    throw new TypeError(`${where}: there is no option "lr"; it is called learningRate.`);
  checkOptions(where, options, known);
}

/** Refuses what is no list, such as the model itself. */
export function checkParameterList(where: string, parameters: unknown): void {
  if (isList(parameters)) return;
  const cure = parameters instanceof Tensor ? "[x] for a single tensor" : "model.parameters()";
  throw new TypeError(
    `${where}: the parameters are ${described(parameters)}, no list of tensors; pass ${cure}.`,
  );
}

/** Refuses what is no list of tensors, such as that of `namedParameters()`. */
export function checkTensors(where: string, parameters: readonly Tensor[]): void {
  checkParameterList(where, parameters);
  const wrong = parameters.findIndex((parameter) => !(parameter instanceof Tensor));
  if (wrong < 0) return;
  throw new TypeError(
    `${where}: parameter ${wrong + 1} is ${described(parameters[wrong])}, not a tensor; pass model.parameters().`,
  );
}

/** @throws WeftError for the first parameter that cannot be trained, or that comes a second time */
export function checkParameters(where: string, parameters: readonly Tensor[]): void {
  checkParameterList(where, parameters);
  if (parameters.length === 0) throw new WeftError(`${where}: there are no parameters; ${NONE}`);
  const storages = new Set<unknown>();
  for (const [i, parameter] of parameters.entries()) {
    if (parameter instanceof Tensor) checkAlive(`${where}: parameter ${i + 1}`, parameter);
    const fault = faultOf(parameter, parameters[0] as Tensor, storages);
    if (fault === undefined) continue;
    const shape = parameter instanceof Tensor ? ` (${parameter.shape.join(", ")})` : "";
    throw new WeftError(`${where}: parameter ${i + 1}${shape} ${fault}.`);
  }
}

/** Why a parameter cannot be trained, if so. Its memory is entered among those that came before. */
function faultOf(parameter: Tensor, first: Tensor, storages: Set<unknown>): string | undefined {
  if (!(parameter instanceof Tensor)) return `is ${described(parameter)}, not a tensor; use tensor()`;
  const { storage, dtype, size, device } = parameter;
  if (!parameter.isLeaf)
    return "is no leaf but the result of an op; give what it was computed from, or detach() it and set its requiresGrad";
  if (!parameter.requiresGrad) return "has no requiresGrad; set it, or leave the parameter out";
  if (dtype !== "f32") return `is ${dtype}; optimizers train f32, use cast() before it becomes a parameter`;
  if (device !== first.device) return "lives on another device than the first; make them on one";
  if (storages.has(storage)) return "comes twice, or shares its memory with another; give each once";
  storages.add(storage);
  if (parameter.offset > 0 || !parameter.isContiguous || size * 4 !== storage.bytes)
    return "is a view of another tensor; make one of its own with clone().detach() and set requiresGrad";
  return undefined;
}
