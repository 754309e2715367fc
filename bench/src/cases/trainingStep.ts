import "@weft/autograd";
import { LanguageModel, modelDefaults, type RecurrentState, trainingDefaults } from "@weft/lm";
import { Adam, clipGradNorm, crossEntropy, detachState } from "@weft/nn";
import { Generator, scope, tensor } from "@weft/tensor";
import type { Case, Prepared } from "../case.js";
import { type Numbers, requireEqual } from "../check.js";
import { numbers, wholeNumbers } from "../data.js";
import { languageModelLoss, slope } from "../reference.js";

const [V, E, H] = [65, modelDefaults.embedding, modelDefaults.hidden];
const { batch: B, sequence: T, learningRate } = trainingDefaults;
/** Small enough to bite from the first step on. */
const CLIP = 0.1;

const name = "training step LSTM";
const size = `V ${V}, E ${E}, H ${H}, B ${B}, T ${T}`;
/** Multiply-adds of one token forward: input projection, recurrence, decoder. */
const PRODUCTS = 4 * H * E + 4 * H * H + V * H;

/** A step as the training loop of @weft/lm does it, always on the same batch; the state is carried along. */
function prepare(): Prepared {
  const config = { ...modelDefaults, vocabulary: V };
  const model = new LanguageModel(config, { generator: new Generator(1) });
  const parameters = model.parameters();
  const optimizer = new Adam(parameters, { learningRate });
  const [ids, targets] = [wholeNumbers(T * B, V, 1), wholeNumbers(T * B, V, 2)];
  const [x, y] = [tensor(ids, { shape: [T, B] }), tensor(targets)];
  let state: RecurrentState | undefined;

  const forwardAndBackward = () => {
    const result = model.forward(x, state);
    const loss = crossEntropy(result.logits.reshape([-1, V]), y);
    loss.backward();
    return { loss: loss.detach(), state: detachState(result.state) };
  };
  const carry = (next: RecurrentState | undefined) => {
    for (const part of state === undefined ? [] : tensorsOf(state)) part.dispose();
    state = next;
  };

  return {
    encode() {
      const next = scope(() => {
        const result = forwardAndBackward();
        clipGradNorm(parameters, CLIP);
        optimizer.step();
        optimizer.zeroGrad();
        return result.state;
      });
      carry(next);
    },
    /** The first step, half by half. Gradients are compared with the slope of the loss along one random direction. */
    async check() {
      const equal = (key: string, got: Numbers, expected: Numbers, tolerance: number, shape = [got.length]) =>
        requireEqual({ what: name, key, shape, got, expected, tolerance });
      const read = async (part: "value" | "grad") => {
        const entries = model.namedParameters().map(async ([key, parameter]) => {
          const of = part === "value" ? parameter : parameter.grad;
          return [key, Float64Array.from((await of?.data()) ?? [])] as const;
        });
        return Object.fromEntries(await Promise.all(entries));
      };
      const values = await read("value");
      const lossOf = (key: string, value: Numbers) =>
        languageModelLoss({ ...values, [key]: value }, ids, targets, { V, E, H, B, T });

      const first = scope(forwardAndBackward);
      equal("loss", await first.loss.data(), [lossOf("", [])], 1e-5);
      const gradients = await read("grad");
      Object.entries(values).forEach(([key, value], n) => {
        const gradient = gradients[key] ?? new Float64Array();
        const direction = numbers(value.length, { seed: 10 + n });
        const along = slope((t) =>
          lossOf(
            key,
            value.map((v, i) => v + t * (direction[i] as number)),
          ),
        );
        const scale = norm(gradient); // of the sum's own size, so that the tolerance means the same for each
        const got = gradient.reduce((sum, g, i) => sum + g * (direction[i] as number), 0);
        equal(
          `gradient of ${key}, along a random direction and over its norm: slope`,
          [got / scale],
          [along / scale],
          1e-3,
        );
      });

      clipGradNorm(parameters, CLIP);
      const clipped = await read("grad");
      const total = Math.hypot(...Object.values(gradients).map(norm));
      for (const [key, gradient] of Object.entries(gradients)) {
        const expected = gradient.map((g) => g * Math.min(1, CLIP / (total + 1e-6)));
        equal(`clipped gradient of ${key}`, clipped[key] ?? [], expected, 1e-6);
      }

      optimizer.step();
      // Adam's first step: m̂ = g and v̂ = g².
      for (const [key, updated] of Object.entries(await read("value"))) {
        const step = (g: number) => (learningRate * g) / (Math.abs(g) + 1e-8);
        const expected = values[key]?.map((v, i) => v - step(clipped[key]?.[i] as number)) ?? [];
        equal(`updated ${key}`, updated, expected, 1e-5);
      }
      optimizer.zeroGrad();
      first.loss.dispose();
      carry(first.state);
    },
    free() {
      carry(undefined);
      for (const part of [x, y, ...parameters]) part.dispose();
    },
  };
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

const tensorsOf = (state: RecurrentState) => ("h" in state ? [state.h, state.c] : [state]);

export const trainingStep: Case = {
  ...{ name, size, kernel: undefined, skipped: () => undefined, prepare },
  // Backward does each product twice: for the gradient of either operand.
  work: { tokens: T * B, flops: 3 * 2 * PRODUCTS * T * B },
};
