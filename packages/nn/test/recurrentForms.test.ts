// What a recurrent layer computes does not depend on the form of its time loop, at sizes where the kernels' tiles and chunks end.
import { gradients } from "@weft/autograd";
import { GRU, LSTM, type RecurrentForm, RNN } from "@weft/nn";
import { add, Generator, memory, mul, normal, open, scope, sum, Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

let device: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  device = await open();
});

interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly H: number;
  readonly lengths?: readonly number[];
}

/** Output and gradients of one layer in a form, from the same weights and x in every form. */
async function computed(Layer: typeof RNN | typeof LSTM | typeof GRU, form: RecurrentForm, sizes: Sizes) {
  const { T, B, H, lengths } = sizes;
  const generator = new Generator(7);
  const layer = new Layer(3, H, { generator, bidirectional: lengths !== undefined });
  layer.form = form;
  const x = normal([T, B, 3], { generator, requiresGrad: true });
  const { output, state } = layer.forward(x as Tensor, undefined as never, lengths && { lengths });
  const h = state instanceof Tensor ? state : state.h;
  const loss = add(sum(mul(output, normal(output.shape, { generator }))), sum(h));
  const parts = gradients(loss, [x, ...layer.parameters()]);
  return Promise.all([output, ...parts].map((part) => part.data()));
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (most, v, i) => Math.max(most, Math.abs(v - (b[i] as number)) / Math.max(1, Math.abs(v))),
    0,
  );

describe.each([
  ["RNN", RNN],
  ["LSTM", LSTM],
  ["GRU", GRU],
] as const)("%s", (_, Layer) => {
  it.each<[what: string, sizes: Sizes]>([
    ["a second tile of rows, units in fours", { T: 3, B: 9, H: 40 }],
    ["more units than a workgroup has invocations", { T: 3, B: 2, H: 260 }],
    ["more steps than one dispatch runs", { T: 300, B: 1, H: 3 }],
    ["rows that end early, both directions", { T: 6, B: 9, H: 8, lengths: [6, 1, 3, 2, 5, 4, 6, 1, 2] }],
  ])("%s: the same in all forms", async (_what, sizes) => {
    const loop = await computed(Layer, "loop", sizes);
    const step = await computed(Layer, "step", sizes);
    const sequence = await computed(Layer, "sequence", sizes);
    for (const [i, part] of loop.entries()) expect(largest(part, step[i] as Float32Array)).toBeLessThan(1e-5);
    expect(sequence).toEqual(step); // to the bit
  });

  it("reads nothing that memory held before", async () => {
    // Every buffer that is taken from the pool holds NaN.
    const poison = () =>
      scope(() => {
        for (let words = 64; words <= 4096; words *= 2)
          for (let i = 0; i < 8; i++) zeros([words]).add(Number.NaN);
      });
    const layer = new Layer(3, 8, { generator: new Generator(1) });
    for (const form of ["step", "sequence"] as const) {
      layer.form = form;
      const x = normal([5, 3, 3], { generator: new Generator(2) });
      poison();
      const { output } = layer.forward(x as Tensor, undefined as never, { lengths: [5, 2, 1] });
      poison();
      for (const part of gradients(sum(output), layer.parameters())) {
        expect((await part.data()).every(Number.isFinite)).toBe(true);
      }
    }
    expect(memory().tensors).toBeGreaterThan(0);
  });

  it("packs what it reads once, not at every step", () => {
    const count = (batchFirst: boolean) => {
      const layer = new Layer(3, 4, { batchFirst });
      layer.form = "step";
      const { output } = layer.forward(zeros(batchFirst ? [2, 16, 3] : [16, 2, 3]) as Tensor);
      const weights = zeros(output.shape);
      const loss = sum(mul(output, weights));
      const before = device.queue.dispatches;
      gradients(loss, layer.parameters());
      return device.queue.dispatches - before;
    };
    expect(count(true) - count(false)).toBeLessThanOrEqual(2);
  });
});
