// One case of the recurrent fixtures: made from its options and its seed, run, and compared with PyTorch's numbers.
import type { Module } from "@weft/nn";
import { add, mul, sum, type Tensor } from "@weft/tensor";
import { expectClose, expectTensorClose } from "./close.js";
import { gradientOf, gradientsOf, type Named, type Nested } from "./fixture.js";
import { hashedLeaf, hashedTensor } from "./hashed.js";

/** What fixtures of layers and of cells have in common; an option that is off is left out. */
export interface RecurrentCase {
  readonly seed: number;
  readonly hiddenSize: number;
  readonly inputSize: number;
  readonly bias?: boolean;
  /** Rows of the batch; without one, a single sequence or row. */
  readonly batch?: number;
  /** Whether it starts from a state. */
  readonly state?: boolean;
  readonly nonlinearity?: "tanh" | "relu";
  readonly output?: Nested;
  readonly final: Named;
  readonly gradients: { readonly x: Nested; readonly initial: Named; readonly parameters: Named };
}

/** As in tests/fixtures/recurrent.py. */
const SEEDS = { x: 0, h: 1, c: 2, output: 3, "final h": 4, "final c": 5, parameters: 10 } as const;
const SCALES: Readonly<Record<string, number>> = { x: 2, parameters: 0.5 };

type Name = keyof typeof SEEDS;
const seedOf = (example: RecurrentCase, name: Name) => 1000 * example.seed + SEEDS[name];

export const leafOf = (example: RecurrentCase, name: Name, shape: readonly number[]): Tensor =>
  hashedLeaf(shape, seedOf(example, name), SCALES[name]);

/** Gives the parameters, in their order, the case's numbers. */
export function settle(example: RecurrentCase, module: Module): void {
  const start = seedOf(example, "parameters");
  const named = module
    .namedParameters()
    .map(([name, { shape }], k) => [name, hashedTensor(shape, start + k, SCALES["parameters"])]);
  module.loadStateDict(Object.fromEntries(named));
}

export interface Ran {
  readonly module: Module;
  readonly x: Tensor;
  readonly initial: Readonly<Record<string, Tensor>>;
  readonly output?: Tensor;
  readonly final: Readonly<Record<string, Tensor>>;
}

/** Compares output, final state, and the gradients of their weighted sum. */
export async function expectPyTorchs(example: RecurrentCase, ran: Ran): Promise<void> {
  const { module, x, initial, output, final } = ran;
  if (output !== undefined) await expectTensorClose("output", output, example.output as Nested);
  for (const [name, part] of Object.entries(final)) {
    await expectTensorClose(`final ${name}`, part, example.final[name] as Nested);
  }
  const parts: [Name, Tensor][] = Object.entries(final).map(([name, part]) => [
    `final ${name}` as Name,
    part,
  ]);
  if (output !== undefined) parts.push(["output", output]);
  parts
    .map(([name, part]) => sum(mul(part, hashedTensor(part.shape, seedOf(example, name)))))
    .reduce((total, part) => add(total, part))
    .backward();
  expectClose("dx", await gradientOf(x), example.gradients.x);
  expectClose("d initial", await gradientsOf(Object.entries(initial)), example.gradients.initial);
  expectClose("d parameters", await gradientsOf(module.namedParameters()), example.gradients.parameters);
}
