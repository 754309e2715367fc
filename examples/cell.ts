// Step 3: a recurrent cell, once from single ops and once as the fused kernel. Both are the same function.
import { LSTMCell } from "@weft/nn";
import { add, Generator, linear, normal, open, slice, type Tensor } from "@weft/tensor";

await open();
const generator = new Generator(1);
const [B, C, H] = [2, 3, 4];
const cell = new LSTMCell(C, H, { generator });
const x = normal([B, C], { generator });
const h = normal([B, H], { generator });
const c = normal([B, H], { generator });

/** The LSTM's equations, one op after the other. */
function byHand(): Tensor {
  const gates = add(linear(x, cell.weightIh, cell.biasIh), linear(h, cell.weightHh, cell.biasHh)); // (B, 4H)
  const gate = (n: number) => slice(gates, 1, n * H, (n + 1) * H); // (B, H)
  const [i, f, g, o] = [gate(0).sigmoid(), gate(1).sigmoid(), gate(2).tanh(), gate(3).sigmoid()];
  const next = f.mul(c).add(i.mul(g));
  return o.mul(next.tanh());
}

console.log("by hand", await byHand().toArray());
console.log("fused  ", await cell.forward(x, { h, c }).h.toArray());
