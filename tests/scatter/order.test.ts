// Many indices on a line: several kernels share the work, and the order of additions is theirs by definition.
import { backward } from "@weft/autograd";
import { embedding, mul, open, scatterAdd, scope, sum, type Tensor, tensor, zeros } from "@weft/tensor";
import { describe, expect, it } from "vitest";
import { numbers } from "../ops/array.js";
import { added, drawn, PART, SPREADS } from "./expected.js";

await open();

describe.each(SPREADS)("indices %s", (_, rule) => {
  it.each([513, 8192, 8193])("%d of them are added in the order told", async (count) => {
    const index = drawn(count, rule);
    const [x, source] = [numbers(600, 3, -1, 1), numbers(count, 5, -1, 1)];
    const y = scatterAdd(tensor(x), 0, tensor(index), tensor(source));
    expect(Array.from(await y.data())).toEqual(added(x, index, source));
    expect(await y.data()).toEqual(await scatterAdd(tensor(x), 0, tensor(index), tensor(source)).data());
  });
});

it("more than are sorted at a time, half of them in one bin", { timeout: 120_000 }, async () => {
  const rule = (u: number) => Math.max(0, u * 600 - 300);
  const count = PART + 700;
  const index = drawn(count, rule);
  const [x, source] = [numbers(600, 3, -1, 1), numbers(count, 5, -1, 1)];
  const y = scatterAdd(tensor(x), 0, tensor(index), tensor(source));
  expect(Array.from(await y.data())).toEqual(added(x, index, source));
});

/** The gradient of Σ dy ⊙ embedding, in f32, on the host. */
function rowSums(V: number, C: number, ids: Int32Array, dy: readonly number[]): Float32Array {
  const columns = Array.from({ length: C }, (_, c) =>
    added(
      new Array<number>(V).fill(0),
      ids,
      Array.from(ids, (_, i) => dy[i * C + c] as number),
    ),
  );
  return Float32Array.from({ length: V * C }, (_, i) => columns[i % C]?.[Math.floor(i / C)] as number);
}

it.each([
  ["uniform", (u: number) => u * 50_000],
  ["skewed, as words are", (u: number) => 50_000 ** u - 1],
  ["mostly padding", (u: number) => Math.max(0, u * 60_000 - 10_000 - 40_000 * Number(u < 0.8))],
])("the gradient of 50,000 embeddings by 16,384 ids, %s", async (_, rule) => {
  const [V, C, count] = [50_000, 64, 16_384];
  const ids = drawn(count, rule);
  const dy = numbers(count * C, 9, -1, 1);
  const weight = zeros([V, C], { requiresGrad: true });
  scope(() => backward(sum(mul(embedding(weight, tensor(ids)), tensor(dy, { shape: [count, C] })))));
  const data = (await (weight.grad as Tensor).data()) as Float32Array;
  const expected = rowSums(V, C, ids, dy);
  expect(data.findIndex((v, i) => v !== expected[i])).toBe(-1);
});
