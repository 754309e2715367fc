import "@weft/autograd";
import { Adagrad, Adam, AdamW, Lion, NAdam, type Optimizer, RMSprop, SGD } from "@weft/nn";
import { open, type Tensor } from "@weft/tensor";
import { beforeAll, describe, it } from "vitest";
import { expectClose } from "./close.js";
import { fixture, leaf, type Named, type Nested, tensors } from "./fixture.js";

interface Case {
  readonly optimizer: keyof typeof optimizers;
  readonly options: object;
  /** Options of the matrix's and of the vector's group. */
  readonly groups?: readonly object[];
  /** Whether the vector has no gradient in every third step. */
  readonly missing?: boolean;
  readonly after: Record<string, Named>;
  /** PyTorch's own state after the last step. */
  readonly state: Named;
}

interface Fixture {
  readonly start: Named;
  readonly gradients: readonly Named[]; // of each of 100 steps
  readonly cases: readonly Case[];
}

const optimizers = { Adagrad, Adam, AdamW, NAdam, RMSprop, SGD };
const { start, gradients, cases } = fixture<Fixture>("optimizers");
const NEAR = { relative: 1e-5, absolute: 1e-6 };

beforeAll(async () => {
  await open();
});

const read = async (named: Record<string, Tensor>): Promise<Named> =>
  Object.fromEntries(
    await Promise.all(Object.entries(named).map(async ([key, x]) => [key, (await x.toArray()) as Nested])),
  );

describe("100 steps of PyTorch's optimizers", () => {
  it.each(
    cases.map((example) => ({
      example,
      title: `${example.optimizer} ${JSON.stringify({ ...example.options, ...(example.groups && { groups: example.groups }) })}${example.missing ? ", some without gradient" : ""}`,
    })),
  )("$title", async ({ example }) => {
    const parameters = Object.fromEntries(
      Object.entries(start).map(([name, values]) => [name, leaf(values)]),
    );
    const list = Object.values(parameters);
    const Kind = optimizers[example.optimizer] as unknown as new (
      parameters: readonly unknown[],
      options: object,
    ) => Optimizer;
    const optimizer = new Kind(
      example.groups?.map((group, i) => ({ params: [list[i]], ...group })) ?? list,
      example.options,
    );
    for (const [index, named] of gradients.entries()) {
      const step = index + 1;
      for (const [name, gradient] of Object.entries(tensors(named))) {
        const isMissing = example.missing && name === "vector" && step % 3 === 0;
        (parameters[name] as Tensor).grad = isMissing ? undefined : gradient;
      }
      optimizer.step();
      const expected = example.after[step];
      if (expected !== undefined) expectClose(`step ${step}`, await read(parameters), expected, NEAR);
    }
    const { state } = optimizer.stateDict();
    const kept = Object.entries(await read(state)).filter(
      ([name]) => Object.hasOwn(example.state, name) || !name.endsWith(".step"), // SGD's are not PyTorch's
    );
    expectClose("state", Object.fromEntries(kept), example.state, NEAR);
  });
});

describe("Lion", () => {
  it("moves as its algorithm in float64 does, over 100 steps", async () => {
    const [learningRate, beta1, beta2, weightDecay] = [0.01, 0.8, 0.95, 0.1];
    const vector = leaf(start["vector"] as Nested);
    const optimizer = new Lion([vector], { learningRate, betas: [beta1, beta2], weightDecay });
    const theta = Float64Array.from(start["vector"] as number[]);
    const m = new Float64Array(theta.length);
    for (const [index, named] of gradients.entries()) {
      vector.grad = tensors(named)["vector"];
      optimizer.step();
      for (const [i, g] of (named["vector"] as number[]).entries()) {
        const mean = m[i] as number;
        const towards = Math.sign(beta1 * mean + (1 - beta1) * g);
        theta[i] = (1 - learningRate * weightDecay) * (theta[i] as number) - learningRate * towards;
        m[i] = beta2 * mean + (1 - beta2) * g;
      }
      if ([1, 2, 10, 50, 100].includes(index + 1)) {
        expectClose(`step ${index + 1}`, (await vector.toArray()) as Nested, [...theta], NEAR);
      }
    }
    expectClose(
      "exp_avg",
      (await optimizer.stateDict().state["0.exp_avg"]?.toArray()) as Nested,
      [...m],
      NEAR,
    );
  });
});
