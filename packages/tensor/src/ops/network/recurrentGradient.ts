// The gradients of the gated cells composed of tensor ops: they can be differentiated again, and give the numbers of the
// fused kernels. Used while calls are noted; each part is (B, H).
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { sigmoid, tanh } from "../elementwise/activation.js";
import { add, mul, sub } from "../elementwise/arithmetic.js";
import { square } from "../elementwise/powers.js";
import { cat, slice } from "../layout/parts.js";

/** Part k of gates (B, count · H). */
const gate = (gates: Tensor, k: number, hidden: number): Tensor =>
  slice(gates, 1, k * hidden, (k + 1) * hidden);

/** dy · σ′, from y = σ(x). */
const throughSigmoid = (dy: Tensor, y: Tensor): Tensor => mul(dy, mul(y, sub(1, y)));

/** dy · tanh′, from y = tanh(x). */
const throughTanh = (dy: Tensor, y: Tensor): Tensor => mul(dy, sub(1, square(y)));

/** c' = f ⊙ c + i ⊙ g and h' = o ⊙ tanh(c'): gates (B, 4H), c, c', dh', dc' → [dgates, dc]. */
export function lstmCellGradient(
  gates: Tensor,
  c: Tensor,
  nextC: Tensor,
  dNextH: Tensor,
  dNextC: Tensor,
): readonly [dGates: Tensor, dC: Tensor] {
  const hidden = at(c.shape, 1);
  const [i, f, o] = [0, 1, 3].map((k) => sigmoid(gate(gates, k, hidden))) as [Tensor, Tensor, Tensor];
  const g = tanh(gate(gates, 2, hidden));
  const y = tanh(nextC);
  const total = add(dNextC, throughTanh(mul(dNextH, o), y)); // through c' directly, and through h'
  const parts = [
    throughSigmoid(mul(total, g), i),
    throughSigmoid(mul(total, c), f),
    throughTanh(mul(total, i), g),
    throughSigmoid(mul(dNextH, y), o),
  ];
  return [cat(parts, 1), mul(total, f)];
}

/** n = tanh(xₙ + r ⊙ hₙ) and h' = (1 − z) ⊙ n + z ⊙ h: gates (B, 3H) each, h, dh' → [dgatesX, dgatesH, dh]. */
export function gruCellGradient(
  gatesX: Tensor,
  gatesH: Tensor,
  h: Tensor,
  dNextH: Tensor,
): readonly [dGatesX: Tensor, dGatesH: Tensor, dH: Tensor] {
  const hidden = at(h.shape, 1);
  const [x, y] = [gatesX, gatesH].map((gates) => [0, 1, 2].map((k) => gate(gates, k, hidden))) as [
    [Tensor, Tensor, Tensor],
    [Tensor, Tensor, Tensor],
  ];
  const r = sigmoid(add(x[0], y[0]));
  const z = sigmoid(add(x[1], y[1]));
  const n = tanh(add(x[2], mul(r, y[2])));
  const dN = throughTanh(mul(dNextH, sub(1, z)), n);
  const dR = throughSigmoid(mul(dN, y[2]), r);
  const dZ = throughSigmoid(mul(dNextH, sub(h, n)), z);
  return [cat([dR, dZ, dN], 1), cat([dR, dZ, mul(dN, r)], 1), mul(dNextH, z)];
}
