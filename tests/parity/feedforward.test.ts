import * as nn from "@weft/nn";
import { mul, open, sum, type Tensor, tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, expectTensorClose } from "./close.js";
import { fixture, gradientOf, gradientsOf, type Named, type Nested, tensors } from "./fixture.js";

interface Example {
  readonly kind: keyof typeof nn;
  readonly arguments: readonly unknown[];
  readonly parameters: Named;
  readonly inputs: readonly Nested[];
  readonly dtypes: readonly ("f32" | "i32")[];
  readonly weights: Nested;
  readonly output: Nested;
  /** The parameters after forward: maxNorm changes them. */
  readonly after: Named;
  readonly gradients: { readonly inputs: readonly Nested[]; readonly parameters: Named };
}

const { cases } = fixture<{ cases: Example[] }>("feedforward");

type Layer = nn.Module & { forward(...inputs: Tensor[]): Tensor };

beforeAll(async () => {
  await open();
});

describe("PyTorch agrees on the output and all gradients of", () => {
  it.each(cases.map((example) => [label(example), example] as const))("%s", async (_, example) => {
    const Class = nn[example.kind] as unknown as new (...args: readonly unknown[]) => Layer;
    const layer = new Class(...example.arguments);
    layer.loadStateDict(tensors(example.parameters));
    const inputs = example.inputs.map((values, i) => {
      const dtype = example.dtypes[i] as "f32" | "i32";
      return tensor(values, { dtype, requiresGrad: dtype === "f32" });
    });
    const output = layer.forward(...inputs);
    await expectTensorClose("output", output, example.output);
    for (const [name, values] of Object.entries(example.after)) {
      await expectTensorClose(name, layer.stateDict()[name] as Tensor, values);
    }
    sum(mul(output, tensor(example.weights))).backward();
    const leaves = inputs.filter(({ requiresGrad }) => requiresGrad);
    for (const [i, leaf] of leaves.entries()) {
      expectClose(`dx${i}`, await gradientOf(leaf), example.gradients.inputs[i] as Nested);
    }
    expectClose("d parameters", await gradientsOf(layer.namedParameters()), example.gradients.parameters);
  });

  it("layers of every kind", () => {
    expect(new Set(cases.map(({ kind }) => kind)).size).toBe(14);
  });
});

function label({ kind, arguments: args, inputs }: Example): string {
  const shape = (values: Nested): number[] =>
    Array.isArray(values) ? [values.length, ...shape(values[0] as Nested)] : [];
  return `${kind}(${JSON.stringify(args).slice(1, -1)}) of ${inputs.map((x) => `(${shape(x).join(", ")})`).join(" and ")}`;
}
