// The gradient of an embedding runs one invocation for each column: here more than 65,535 workgroups of them.
import { embedding, ones, open, sum, tensor } from "@weft/tensor";
import "@weft/autograd";
import { beforeAll, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

it("an embedding of very many columns gets its whole gradient", { timeout: 120_000 }, async () => {
  const columns = 65_535 * 64 + 70;
  const weight = ones([2, columns]);
  weight.requiresGrad = true;
  sum(embedding(weight, tensor([1, 1], { dtype: "i32" }))).backward();
  const data = (await weight.grad?.data()) ?? [];
  expect(data.length).toBe(2 * columns);
  expect(data.every((v, i) => v === (i < columns ? 0 : 2))).toBe(true);
});
