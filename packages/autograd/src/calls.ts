import { type Call, DisposedError, type Tensor, WeftError } from "@weft/tensor";

/** Stands on a tensor whose call was freed by `backward()`. */
const FREED: Call = {
  op: { name: "freed", isView: true, outputs: () => [], forward: () => {}, backward: undefined },
  inputs: [],
  outputs: [],
  attributes: undefined,
  order: -1,
  versions: undefined,
};

/** The cure of a loss that reaches into an earlier step without meaning to. */
const CARRIED =
  "detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn)";

/** Where the search for calls ends. */
export interface Limits {
  /** Only calls of this order or a higher one are of interest. */
  readonly since?: number;
  /** What lies behind this tensor is of no interest. */
  readonly upTo?: Tensor | undefined;
}

/** All calls that the outputs were computed by, each once; `who` asks, for messages. */
export function callsBehind(
  who: string,
  outputs: readonly Tensor[],
  { since = FREED.order, upTo }: Limits = {},
): Set<Call> {
  const calls = new Set<Call>();
  const open: Tensor[] = [...outputs];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { call } = next;
    // A freed tensor has lost its call: what lies behind it would silently get no gradient.
    if (next.disposed && next.requiresGrad) {
      const by = next.madeAt === undefined ? "" : ` made at ${next.madeAt},`;
      throw new DisposedError(
        `${who}: a tensor (${next.shape.join(", ")})${by && `,${by}`} behind this loss was freed; ` +
          `call ${who}() before its scope ends, return it from scope(), or ${CARRIED}.`,
      );
    }
    if (call === undefined || call.order < since || next === upTo || calls.has(call)) continue;
    if (call === FREED) {
      throw new WeftError(
        `${who}: the calls behind this loss were freed by an earlier backward(); ${CARRIED}, ` +
          "detach() a weight that was computed and set its requiresGrad, or pass { retainGraph: true } to the earlier one.",
      );
    }
    calls.add(call);
    open.push(...call.inputs);
  }
  return calls;
}

/** Those of the calls through which an input reaches an output. */
export function callsFrom(inputs: ReadonlySet<Tensor>, calls: Iterable<Call>): Set<Call> {
  const reached = new Set<Call>();
  for (const call of newestFirst(calls).reverse()) {
    const isReached = (x: Tensor) => inputs.has(x) || (x.call !== undefined && reached.has(x.call));
    if (call.inputs.some(isReached)) reached.add(call);
  }
  return reached;
}

/** Tensors that were there before and through which gradients leave calls made since, in the order of their use. */
export function madeBefore(since: number, calls: Iterable<Call>): Tensor[] {
  const used = new Set(
    newestFirst(calls)
      .reverse()
      .flatMap((call) => call.inputs),
  );
  return [...used].filter(
    ({ requiresGrad, call }) => requiresGrad && !(call !== undefined && call.order >= since),
  );
}

/** A call comes after all calls that made its inputs: newest first is the order of the chain rule. */
export const newestFirst = (calls: Iterable<Call>): Call[] => [...calls].sort((a, b) => b.order - a.order);

/** Lets go of a call: its outputs forget it, so that a scope, or else JavaScript, frees what it alone held. */
export function release(call: Call): void {
  for (const output of call.outputs) output.call = FREED;
}
