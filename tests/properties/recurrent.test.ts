// A recurrent layer computes the same in all forms of its time loop: outputs, final states, and all gradients.
import { gradients } from "@weft/autograd";
import { GRU, LSTM, type RecurrentForm, RNN } from "@weft/nn";
import { add, Generator, mul, open, sum, type Tensor } from "@weft/tensor";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashedLeaf, hashedTensor } from "../parity/hashed.js";
import { readAll } from "./readAll.js";

await open();

/** The forms that are compared with the loop. */
const FORMS: readonly RecurrentForm[] = ["step", "sequence"];
const CASES = 60;
/** Milliseconds for all cases and the search for the smallest one that fails. */
const TIME_LIMIT = 240_000;
/** Largest difference, of what the largest number of a tensor is, or of 1. */
const TOLERANCE = 1e-5;

interface Example {
  readonly kind: "RNN" | "relu" | "LSTM" | "GRU";
  readonly time: number;
  readonly batch: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly bias: boolean;
  /** Features of a projected h, 0 for none. */
  readonly projSize: number;
  /** One for each row, or undefined. */
  readonly lengths: readonly number[] | undefined;
  readonly hasState: boolean;
  readonly seed: number;
}

const upTo = (max: number) => fc.integer({ min: 1, max });

const examples: fc.Arbitrary<Example> = fc
  .record({
    kind: fc.constantFrom("RNN", "relu", "LSTM", "GRU"),
    time: upTo(9),
    batch: upTo(9),
    inputSize: upTo(20),
    hiddenSize: fc.oneof(
      upTo(20),
      upTo(20).map((fours) => 4 * fours),
    ), // kernels for subgroups take fours
    numLayers: upTo(2),
    bidirectional: fc.boolean(),
    bias: fc.boolean(),
    hasState: fc.boolean(),
    seed: fc.nat(1e6),
  })
  .chain((drawn) => {
    const { kind, time, batch, hiddenSize } = drawn;
    const length = fc.array(upTo(time), { minLength: batch, maxLength: batch });
    return fc.record({
      ...Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, fc.constant(value)])),
      // Beside a kink only what shows in the output can be told apart.
      numLayers: fc.constant(kind === "relu" ? 1 : drawn.numLayers),
      projSize: kind === "LSTM" ? fc.nat(hiddenSize - 1) : fc.constant(0),
      lengths: fc.option(length, { nil: undefined }),
    }) as unknown as fc.Arbitrary<Example>;
  });

/** Output, parts of the final state, and the gradients of x, of the initial state and of the parameters. */
interface Numbers {
  readonly names: readonly string[];
  readonly values: readonly (readonly number[])[];
}

async function numbersOf(example: Example, form: RecurrentForm): Promise<Numbers> {
  const names: string[] = [];
  const values = await readAll(() => {
    const { layer, x, initial, parts } = run(example, form);
    const loss = Object.values(parts)
      .map((part, i) => sum(mul(part, hashedTensor(part.shape, example.seed + 10 + i))))
      .reduce((total, part) => add(total, part));
    const leaves = { x, ...initial, ...layer.stateDict() };
    names.push(...Object.keys(parts), ...Object.keys(leaves).map((name) => `d ${name}`));
    return [...Object.values(parts), ...(gradients([loss], Object.values(leaves)) as Tensor[])];
  });
  return { names, values };
}

function run(example: Example, form: RecurrentForm) {
  const { kind, time, batch, inputSize, hiddenSize, numLayers, bidirectional, bias, projSize, seed } =
    example;
  const x = hashedLeaf([time, batch, inputSize], seed);
  const states = numLayers * (bidirectional ? 2 : 1);
  const h = hashedLeaf([states, batch, projSize || hiddenSize], seed + 1);
  const c = hashedLeaf([states, batch, hiddenSize], seed + 2);
  const lengths = example.lengths === undefined ? {} : { lengths: example.lengths };
  const options = { numLayers, bidirectional, bias, generator: new Generator(seed) };
  if (kind === "LSTM") {
    const layer = new LSTM(inputSize, hiddenSize, { ...options, projSize });
    layer.form = form;
    const { output, state } = layer.forward(x, example.hasState ? { h, c } : undefined, lengths);
    return { layer, x, initial: example.hasState ? { h, c } : {}, parts: { output, ...state } };
  }
  const layer =
    kind === "GRU"
      ? new GRU(inputSize, hiddenSize, options)
      : new RNN(inputSize, hiddenSize, { ...options, nonlinearity: kind === "relu" ? "relu" : "tanh" });
  layer.form = form;
  const { output, state } = layer.forward(x, example.hasState ? h : undefined, lengths);
  return { layer, x, initial: example.hasState ? { h } : {}, parts: { output, h: state } };
}

/** Whether rounding took some unit over the kink of relu: there each form has a gradient of its own. */
const crossesKink = (a: readonly number[], b: readonly number[]): boolean =>
  a.some((v, i) => v > 0 !== (b[i] as number) > 0);

/** Compares a form with the loop. */
async function expectLoops(example: Example, form: RecurrentForm): Promise<void> {
  const [loop, other] = [await numbersOf(example, "loop"), await numbersOf(example, form)];
  expect(other.names).toEqual(loop.names);
  const output = loop.values[0] as number[];
  const kink = example.kind === "relu" && crossesKink(output, other.values[0] as number[]);
  for (const [k, name] of loop.names.entries()) {
    if (kink && name.startsWith("d ")) continue;
    const [expected, found] = [loop.values[k] as number[], other.values[k] as number[]];
    expect(found.length).toBe(expected.length);
    const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
    const worst = found.reduce((most, v, i) => Math.max(most, Math.abs(v - (expected[i] as number))), 0);
    // Written so that NaN fails.
    if (!(worst <= TOLERANCE * largest)) throw new Error(`${name} differs by ${worst} of ${largest}`);
  }
}

describe.each(FORMS)("the form %s", (form) => {
  it("computes what the loop over cells does, and its gradients", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(examples, (example) => expectLoops(example, form)),
      { numRuns: CASES, interruptAfterTimeLimit: TIME_LIMIT, markInterruptAsFailure: true },
    );
  });

  // A workgroup has at most 256 invocations of at most four units.
  it.each(["RNN", "LSTM", "GRU"] as const)(
    "computes a %s of more units than a workgroup takes at once",
    {
      timeout: 120_000,
    },
    async (kind) => {
      const sizes = { time: 3, batch: 9, inputSize: 2, hiddenSize: 1028, numLayers: 1, projSize: 0 };
      const rest = { bidirectional: false, bias: true, lengths: undefined, hasState: true, seed: 1 };
      await expectLoops({ kind, ...sizes, ...rest }, form);
    },
  );
});
