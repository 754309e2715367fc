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

/** All calls that a tensor was computed by, each once. */
export function callsBehind(x: Tensor): Set<Call> {
  const calls = new Set<Call>();
  const open: Tensor[] = [x];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { call } = next;
    // A freed tensor has lost its call: what lies behind it would silently get no gradient.
    if (next.disposed && next.requiresGrad) {
      const by = next.madeAt === undefined ? "" : ` made at ${next.madeAt},`;
      throw new DisposedError(
        `backward: a tensor (${next.shape.join(", ")})${by && `,${by}`} behind this loss was freed; ` +
          "call backward() before its scope ends, or return it from scope().",
      );
    }
    if (call === undefined || calls.has(call)) continue;
    if (call === FREED) {
      throw new WeftError(
        "backward: the calls behind this loss were freed by an earlier backward(); pass { retainGraph: true } to the earlier one.",
      );
    }
    calls.add(call);
    open.push(...call.inputs);
  }
  return calls;
}

/** A call comes after all calls that made its inputs: newest first is the order of the chain rule. */
export const newestFirst = (calls: Iterable<Call>): Call[] => [...calls].sort((a, b) => b.order - a.order);

/** Lets go of a call: its outputs forget it, so that a scope, or else JavaScript, frees what it alone held. */
export function release(call: Call): void {
  for (const output of call.outputs) output.call = FREED;
}
