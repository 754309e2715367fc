// Where the tensors of a recurrent kernel are more than a device binds, "auto" takes the loop over the cell.
import { backward } from "@weft/autograd";
import {
  type Device,
  Generator,
  gru,
  lstm,
  normal,
  ones,
  open,
  rnn,
  type Tensor,
  tuneRecurrent,
} from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let device: Device;
let small: Device;
beforeAll(async () => {
  device = await open();
  small = await open();
});
afterAll(() => small.close());

const bindAtMost = (bytes: number) =>
  Object.defineProperty(small, "maxBytes", { value: bytes, configurable: true });

/** A kind, the largest tensor that its kernels need, [T, B, H], and the numbers of that tensor. */
const cases = [
  ["lstm", "the gates", lstm, 4, [3, 5, 4], 3 * 5 * 16],
  ["gru", "both sides' gradients", gru, 3, [3, 5, 4], 2 * 3 * 5 * 12],
  ["rnn", "h before one time, and the state", rnn, 1, [1, 16, 4], (1 + 1) * 16 * 4],
  ["rnn", "h before four times, and the state", rnn, 1, [4, 9, 4], (4 + 1) * 9 * 4],
] as const;

describe.each(cases)("%s, whose largest tensor is %s", (cell, _, layer, gates, [T, B, H], largest) => {
  /** Output and gradients of x, weights and biases, from the same numbers on either device. */
  async function computed(on: Device) {
    const generator = new Generator(1);
    const leaf = (...shape: number[]): Tensor => {
      const made = normal(shape, { generator, std: 0.5, device: on });
      made.requiresGrad = true;
      return made;
    };
    const x = leaf(T, B, 2);
    const weights = {
      weightIh: leaf(gates * H, 2),
      weightHh: leaf(gates * H, H),
      biasIh: leaf(gates * H),
      biasHh: leaf(gates * H),
    };
    const { output } = layer(x, weights);
    const op = output.call?.op.name;
    backward(output.sum());
    const parts = [output, ...[x, ...Object.values(weights)].map(({ grad }) => grad as Tensor)];
    return { op, numbers: await Promise.all(parts.map((part) => part.data())) };
  }

  it("runs the kernels where it just fits, and the loop below, to the same numbers", async () => {
    const expected = await computed(device);
    expect(expected.op).toBe(cell);
    for (const fits of [true, false]) {
      bindAtMost(4 * largest - (fits ? 0 : 4));
      const found = await computed(small);
      expect(found.op === cell).toBe(fits);
      found.numbers.forEach((part, i) => {
        part.forEach((value, at) => {
          expect(value).toBeCloseTo(expected.numbers[i]?.[at] ?? Number.NaN, 5);
        });
      });
    }
  });

  it("is tuned where it fits alone", async () => {
    const size = { T, B, H };
    bindAtMost(4 * largest);
    expect((await tuneRecurrent(cell, size, { device: small })).form).not.toBe("loop");
    bindAtMost(4 * largest - 4);
    const before = small.queue.dispatches;
    expect(await tuneRecurrent(cell, size, { device: small })).toEqual({
      form: "loop",
      step: Number.POSITIVE_INFINITY,
      sequence: Number.POSITIVE_INFINITY,
    });
    expect(small.queue.dispatches).toBe(before);
  });
});

it("more rows than a dispatch has workgroups for take the loop", async () => {
  const B = 8 * 65535;
  const weights = { weightIh: ones([1, 1]), weightHh: ones([1, 1], { requiresGrad: true }) };
  const run = (rows: number) => rnn(ones([1, rows, 1]), weights);
  expect(run(B).output.call?.op.name).toBe("rnn");
  const { output } = run(B + 1);
  expect(output.call?.op.name).not.toBe("rnn");
  expect(await output.select(1, B).item()).toBeCloseTo(Math.tanh(1), 5);
  expect((await tuneRecurrent("rnn", { T: 1, B: B + 1, H: 1 })).form).toBe("loop");
});
