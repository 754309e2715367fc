// One time step of the gated cells, from gate arguments that are already projected.

import { kernels } from "@weft/kernels";
import { checkTensor } from "../../checks/checkTensor.js";
import { ShapeError } from "../../errors.js";
import { empty, launch } from "../../launch.js";
import { defineMultiOp, defineOp, F32 } from "../../op.js";
import { at, type Shape, sameShape, show } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { sigmoid, tanh } from "../elementwise/activation.js";
import { add, mul, sub } from "../elementwise/arithmetic.js";
import { chunk } from "../layout/split.js";

/** Checks that gates are (B, count · H) for a state of (B, H). */
function checkGates(op: string, name: string, gates: Tensor, state: Tensor, count: number): void {
  checkTensor(op, state, "the state");
  checkTensor(op, gates, name);
  const [batch = 0, hidden = 0] = state.shape;
  const expected: Shape = [batch, count * hidden];
  if (state.rank !== 2 || !sameShape(gates.shape, expected)) {
    throw new ShapeError(
      `${op}: the state must be (B, H) and ${name} (B, ${count}H), got ${show(state.shape)} and ${show(gates.shape)}.`,
    );
  }
}

const hiddenOf = (state: Tensor): number => at(state.shape, 1);

/**
 * One step of an LSTM (Hochreiter and Schmidhuber 1997, with forget gate) from its projected gates:
 * `i, f, o = σ(·), g = tanh(·); c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c')`.
 *
 * Shapes: gates (B, 4H) in PyTorch's order i, f, g, o; c (B, H) → [h', c'], each (B, H)
 *
 * @throws ShapeError when gates and c do not go together
 * @example
 * const [h, c] = lstmCell(zeros([1, 4]), ones([1, 1]));
 * await c.toArray(); // [[0.5]]
 */
export const lstmCell = defineMultiOp<[gates: Tensor, c: Tensor]>({
  name: "lstmCell",
  accepts: [F32],
  shapes([gates, c]) {
    checkGates("lstmCell", "gates", gates, c, 4);
    return [c.shape, c.shape];
  },
  forward({ inputs: [gates, c], outputs }) {
    launch(
      kernels.lstmCell,
      { gates, c, nextH: at(outputs, 0), nextC: at(outputs, 1) },
      { hidden: hiddenOf(c), size: c.size },
      { invocations: c.size },
    );
  },
  backward({ inputs: [gates, c], grads }) {
    const [dGates, dC] = [empty(gates), empty(c)];
    launch(
      kernels.lstmCellBackward,
      { gates, c, dNextH: at(grads, 0), dNextC: at(grads, 1), dGates, dC },
      { hidden: hiddenOf(c), size: c.size },
      { invocations: c.size },
    );
    return [() => dGates, () => dC];
  },
  composed([gates, c]) {
    const [i, f, g, o] = chunk(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor]; // each (B, H)
    const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    return [mul(sigmoid(o), tanh(next)), next];
  },
}) as (gates: Tensor, c: Tensor) => readonly [h: Tensor, c: Tensor];

/**
 * One step of a GRU (Cho et al. 2014) in PyTorch's reset-after form, from its projected gates:
 * `r, z = σ(x + h); n = tanh(xₙ + r ⊙ hₙ); h' = (1 − z) ⊙ n + z ⊙ h`.
 *
 * Shapes: gatesX and gatesH (B, 3H) in the order r, z, n; h (B, H) → h' (B, H)
 *
 * @throws ShapeError when gates and h do not go together
 * @example
 * await gruCell(zeros([1, 3]), zeros([1, 3]), ones([1, 1])).toArray(); // [[0.5]]
 */
export const gruCell = defineOp<[gatesX: Tensor, gatesH: Tensor, h: Tensor]>({
  name: "gruCell",
  accepts: [F32],
  shape([gatesX, gatesH, h]) {
    checkGates("gruCell", "gatesX", gatesX, h, 3);
    checkGates("gruCell", "gatesH", gatesH, h, 3);
    return h.shape;
  },
  forward({ inputs: [gatesX, gatesH, h], output: nextH }) {
    const params = { hidden: hiddenOf(h), size: h.size };
    launch(kernels.gruCell, { gatesX, gatesH, h, nextH }, params, { invocations: h.size });
  },
  backward({ inputs: [gatesX, gatesH, h], grad: dNextH }) {
    const [dGatesX, dGatesH, dH] = [empty(gatesX), empty(gatesH), empty(h)];
    launch(
      kernels.gruCellBackward,
      { gatesX, gatesH, h, dNextH, dGatesX, dGatesH, dH },
      { hidden: hiddenOf(h), size: h.size },
      { invocations: h.size },
    );
    return [() => dGatesX, () => dGatesH, () => dH];
  },
  composed([gatesX, gatesH, h]) {
    const [xr, xz, xn] = chunk(gatesX, 3, 1) as [Tensor, Tensor, Tensor]; // each (B, H)
    const [hr, hz, hn] = chunk(gatesH, 3, 1) as [Tensor, Tensor, Tensor];
    const z = sigmoid(add(xz, hz));
    const n = tanh(add(xn, mul(sigmoid(add(xr, hr)), hn)));
    return [add(mul(sub(1, z), n), mul(z, h))];
  },
});
