import { backward, detectAnomaly, gradients, withPlace } from "@weft/autograd";
import {
  add,
  cast,
  div,
  exp,
  Generator,
  log,
  mul,
  open,
  scope,
  select,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
  uniform,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

let device: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  device = await open();
});

const leaf = (data: number[]): Tensor => tensor(data, { requiresGrad: true });
const message = (body: () => unknown): Promise<string> =>
  detectAnomaly(body as () => undefined).then(
    () => "nothing found",
    ({ message }: Error) => message,
  );
/** NaN from bits, as no op would make it on every adapter. */
const nan = (data: number[]): Tensor => tensor(data);

describe("detectAnomaly", () => {
  it("hands on what a sound body returns, and frees what it counted with", async () => {
    const device = await open();
    const x = tensor([1, 4], { device, requiresGrad: true });
    const loss = await detectAnomaly(() => scope(() => sum(sqrt(x))));
    expect(await loss.item()).toBe(3);
    expect(device.memory().tensors).toBe(2);
    for (const one of [x, loss]) one.dispose();
    device.close();
  });

  it("names the op, the line of the call and the counts of a result", async () => {
    const x = leaf([1, -1, -4]);
    expect(await message(() => sum(mul(sqrt(x), 2)))).toMatch(
      /^detectAnomaly: the result of sqrt, called at \/.*detectAnomaly\.test\.ts:\d+:\d+, holds 2 NaN and 0 Inf in \(3\); look at the values that this call was given\.$/,
    );
    expect(await message(() => mul(tensor([1e30, 1, -1e30]), 1e30))).toContain(
      "holds 0 NaN and 2 Inf in (3)",
    );
  });

  it("names what came in as NaN or Inf", async () => {
    const x = nan([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(await message(() => add(tensor([1]), x))).toMatch(
      /the result of add, .* holds 1 NaN and 2 Inf in \(4\); its input 2 was given with 1 NaN and 2 Inf\.$/,
    );
    expect(
      await message(() =>
        add(
          transpose(
            tensor([
              [1, 2],
              [3, Number.NaN],
            ]),
          ),
          1,
        ),
      ),
    ).toContain("given with 1 NaN");
  });

  it("names the gradient, with the line of the forward call", async () => {
    const x = leaf([4, 0]);
    const found = await message(() => {
      const y = sqrt(x); // the line to be named
      sum(y).backward();
    });
    expect(found).toMatch(
      /^detectAnomaly: the gradient of input 1 of sqrt, called at .*detectAnomaly\.test\.ts:(\d+):\d+, holds 0 NaN and 1 Inf in \(2\)/,
    );
    const source = await import("node:fs").then(({ readFileSync }) =>
      readFileSync(new URL(import.meta.url), "utf8").split("\n"),
    );
    const line = Number(/test\.ts:(\d+)/.exec(found)?.[1]);
    expect(source[line - 1]).toContain("the line to be named");
  });

  it("names the input whose gradient it is", async () => {
    const [a, b] = [leaf([1]), leaf([0])];
    const y = div(a, add(b, 1e-30));
    expect(await message(() => backward(sum(y)))).toMatch(
      /^detectAnomaly: the gradient of input 2 of div, made before detectAnomaly began, holds/,
    );
  });

  it("finds a sum of gradients that overflows", async () => {
    const x = leaf([1]);
    const big = () => mul(x, 3e38);
    expect(await message(() => gradients(add(big(), big()), [x]))).toMatch(
      /the (result of add|gradient of input 1 of mul)/,
    );
  });

  it("stops at the first in order", async () => {
    const x = leaf([-1]);
    expect(await message(() => log(sqrt(x)))).toContain("the result of sqrt");
  });

  it("looks through second derivatives", async () => {
    const x = leaf([0]);
    const found = await message(() => {
      const [dx] = gradients(mul(sqrt(x), square(x)), [x], { createGraph: true });
      return dx;
    });
    expect(found).toContain("the gradient of input 1 of sqrt");
  });

  it("names the place", async () => {
    const place = { path: "Model.head" };
    expect(await message(() => withPlace(place, () => sqrt(tensor([-1]))))).toContain(
      "the result of sqrt in Model.head, called at",
    );
  });

  it("counts in large tensors, views and many ops, and leaves integers alone", async () => {
    const x = uniform([300, 1000], { generator: new Generator(1), low: 1, high: 2 });
    expect(await message(() => sqrt(x.mul(-1)))).toContain("holds 300000 NaN and 0 Inf in (300, 1000)");
    expect(await message(() => select(x, 0, 5).mul(0).add(1))).toBe("nothing found");
    const many = () => {
      let y = tensor([1]);
      for (let i = 0; i < 2500; i++) y = mul(y, 1);
      return sqrt(mul(y, -1));
    };
    expect(await message(() => scope(() => void many()))).toContain("the result of sqrt");
    expect(await message(() => cast(x, "i32").add(1))).toBe("nothing found");
    expect(await message(() => exp(tensor([])))).toBe("nothing found");
  });

  it("is off afterwards, and costs nothing then", async () => {
    const x = leaf([4]);
    await message(() => sqrt(x));
    const before = device.queue.dispatches;
    sqrt(x);
    expect(device.queue.dispatches - before).toBe(1);
  });

  it("passes on what the body throws, and refuses a Promise", async () => {
    const device = await open(); // on it nothing is left of the tests before
    expect(
      await message(() => {
        scope(() => void sqrt(tensor([-1], { device })));
        throw new Error("from the body");
      }),
    ).toBe("from the body");
    expect(await message(async () => {})).toBe(
      "detectAnomaly: the body returned a Promise; await outside, and keep the body synchronous.",
    );
    expect(device.memory().tensors).toBe(0);
    device.close();
  });
});
