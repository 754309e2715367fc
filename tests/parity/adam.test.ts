import "@weft/autograd";
import { Adam, clipGradNorm } from "@weft/nn";
import { add, mul, open, sum, tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, leaf, type Named, type Nested, tensors } from "./fixture.js";

interface AdamFixture {
  readonly start: Named;
  readonly gradients: Named[]; // one of each parameter, for each of 20 steps
  readonly cases: { readonly options: object; readonly after: Record<string, Named> }[];
}

interface ClipFixture {
  readonly gradients: Nested[];
  readonly cases: { readonly maxNorm: number; readonly norm: number; readonly clipped: Nested[] }[];
}

const adam = fixture<AdamFixture>("adam");
const clip = fixture<ClipFixture>("clip");
const PARAMETER = { relative: 1e-5, absolute: 1e-6 };

beforeAll(async () => {
  await open();
});

describe("Adam", () => {
  it.each(adam.cases)(
    "has PyTorch's parameters after steps 1, 2, 5 and 20 with $options",
    async ({ options, after }) => {
      const parameters = Object.fromEntries(Object.entries(adam.start).map(([name, at]) => [name, leaf(at)]));
      const optimizer = new Adam(Object.values(parameters), options);
      for (const [index, gradients] of adam.gradients.entries()) {
        const named = tensors(gradients);
        for (const [name, parameter] of Object.entries(parameters)) parameter.grad = named[name];
        optimizer.step();
        for (const [name, expected] of Object.entries(after[index + 1] ?? {})) {
          await expectTensorClose(
            `${name} after step ${index + 1}`,
            parameters[name] as never,
            expected,
            PARAMETER,
          );
        }
      }
    },
  );
});

describe("clipGradNorm", () => {
  it.each(clip.cases)(
    "has PyTorch's norm and gradients with a limit of $maxNorm",
    async ({ maxNorm, norm, clipped }) => {
      const parameters = clip.gradients.map((gradient) => {
        const parameter = leaf(gradient);
        parameter.grad = tensor(gradient);
        return parameter;
      });
      expectClose("norm", await clipGradNorm(parameters, maxNorm).item(), norm);
      for (const [index, parameter] of parameters.entries()) {
        expectClose(`gradient ${index}`, await gradientOf(parameter), clipped[index] as Nested);
      }
    },
  );

  it("scales each gradient once where one operation gave two leaves the same gradient", async () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    sum(mul(add(a, b), tensor([30, 40]))).backward();
    clipGradNorm([a, b], 1); // norm of (30, 40, 30, 40): 50 · √2
    for (const parameter of [a, b]) {
      expectClose("gradient", await gradientOf(parameter), [0.6 / Math.SQRT2, 0.8 / Math.SQRT2]);
    }
  });
});
