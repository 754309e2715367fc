// Functions keep their digits also where a shorter formula would lose them: against float64, over dense sweeps.
import {
  binaryCrossEntropy,
  cosh,
  div,
  log,
  log1p,
  lstmCell,
  normal,
  open,
  rnn,
  sin,
  sinh,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

/** Numbers that f32 holds exactly, evenly over an interval. */
const sweep = (low: number, high: number, count = 20_001): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / (count - 1)));

/** Largest relative error over a sweep; absolute below 2⁻¹²⁶. */
async function worst(
  xs: readonly number[],
  run: (x: Tensor) => Tensor,
  exact: (x: number) => number,
): Promise<number> {
  const got = await run(tensor([...xs])).data();
  return Math.max(
    ...xs.map((x, i) => Math.abs((got[i] as number) - exact(x)) / Math.max(Math.abs(exact(x)), 2 ** -126)),
  );
}

const ULP = 2 ** -23;

/** tanh by the kernel of a plain recurrent layer: one step from zeros, with x as what is projected. */
function tanhOfLayer(x: Tensor): Tensor {
  const weights = { weightIh: tensor([[1]]), weightHh: zeros([1, 1]) };
  return rnn(x.reshape([1, x.size, 1]), weights, undefined, { form: "step" }).output.reshape([x.size]);
}

/** tanh(g) by the cell: with i and o open and f shut, c' = tanh(g). */
function tanhOfCell(x: Tensor): Tensor {
  const open = zeros([x.size, 1]).add(100);
  const [, c] = lstmCell(
    x
      .reshape([x.size, 1])
      .mul(tensor([0, 0, 1, 0]))
      .add(open.mul(tensor([1, -1, 0, 1]))),
    zeros([x.size, 1]),
  );
  return c.reshape([x.size]);
}

describe("digits of", () => {
  it.each<[string, (x: Tensor) => Tensor, (x: number) => number, readonly [number, number], number]>([
    ["tanh below 1", tanh, Math.tanh, [1e-4, 1], 5],
    ["tanh in a layer", tanhOfLayer, Math.tanh, [1e-4, 1], 5],
    ["tanh in a cell", tanhOfCell, Math.tanh, [1e-4, 1], 5],
    ["log near 1", log, Math.log, [1.0001, 1.5], 3],
    ["log1p near 0", log1p, Math.log1p, [-0.499, -1e-5], 3],
    ["sinh of large numbers", sinh, Math.sinh, [-89.4, -80], 200], // exp(x/2) may be wrong by 3 + |x| ULP, twice
    ["cosh of large numbers", cosh, Math.cosh, [80, 89.4], 200],
    [
      "binary cross-entropy of what is nearly certain",
      (x) => binaryCrossEntropy(x, x.mul(0).add(1), { reduction: "none" }),
      (x) => -Math.log(x),
      [0.9, 0.9999],
      3,
    ],
  ])("%s", async (_, run, exact, [low, high], ulps) => {
    expect(await worst(sweep(low, high), run, exact)).toBeLessThan(ulps * ULP);
  });

  it("the sine of some hundreds of turns", async () => {
    const xs = sweep(1000, 4096);
    const got = await sin(tensor(xs)).data();
    expect(Math.max(...xs.map((x, i) => Math.abs((got[i] as number) - Math.sin(x))))).toBeLessThan(2 * ULP);
  });

  it("a truncated quotient: n / n is 1, and 3n / n is 3", async () => {
    const n = sweep(1, 4096, 4096);
    for (const k of [1, 3, -7]) {
      const quotient = div(tensor(n.map((v) => k * v)), tensor(n), { roundingMode: "trunc" });
      expect(new Set(await quotient.data())).toEqual(new Set([k]));
    }
    const ends = div(tensor([Infinity, 1, -5, 0]), tensor([2, 0, Infinity, 0]), { roundingMode: "trunc" });
    expect(await ends.toArray()).toEqual([Infinity, Infinity, -0, NaN]);
  });

  it("normal numbers: none is NaN or out of reach of 24 bits", async () => {
    const data = await normal([2 ** 20]).data();
    expect(data.every((v) => Math.abs(v) <= Math.sqrt(48 * Math.LN2))).toBe(true);
  });
});
