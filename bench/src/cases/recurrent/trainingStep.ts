import "@weft/autograd";
import { LanguageModel, modelDefaults, type RecurrentState, trainingDefaults } from "@weft/lm";
import { Adam, crossEntropy, detachState } from "@weft/nn";
import { Generator, type RecurrentForm, scope, tensor } from "@weft/tensor";
import type { Case, Prepared } from "../../case.js";
import { wholeNumbers } from "../../data.js";
import type { LanguageModelSize } from "../../reference.js";
import { checkFirstStep } from "./firstStep.js";
import { FORMS } from "./layers.js";

const { batch: B, sequence: T, learningRate } = trainingDefaults;
const sizes: LanguageModelSize = { V: 65, E: modelDefaults.embedding, H: modelDefaults.hidden, B, T };
const { V, E, H } = sizes;
/** Small enough to bite from the first step on. */
const CLIP = 0.1;

/** Multiply-adds of one token forward: input projection, recurrence, decoder. */
const PRODUCTS = 4 * H * E + 4 * H * H + V * H;

/** A step as the training loop of @weft/lm does it, always on the same batch; the state is carried along. */
function prepare(name: string, form: RecurrentForm): Prepared {
  const config = { ...modelDefaults, vocabulary: V };
  const model = new LanguageModel(config, { generator: new Generator(1) });
  model.recurrent.form = form;
  const parameters = model.parameters();
  const optimizer = new Adam(parameters, { learningRate, clipNorm: CLIP });
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
    const parts = state === undefined ? [] : "h" in state ? [state.h, state.c] : [state];
    for (const part of parts) part.dispose();
    state = next;
  };

  return {
    encode() {
      const next = scope(() => {
        const result = forwardAndBackward();
        optimizer.step();
        optimizer.zeroGrad();
        return result.state;
      });
      carry(next);
    },
    check: () =>
      checkFirstStep({
        ...{ what: name, model, optimizer, ids, targets, sizes, clip: CLIP },
        forwardAndBackward: () => scope(() => forwardAndBackward().loss),
      }),
    free() {
      carry(undefined);
      for (const part of [x, y, ...parameters]) part.dispose();
    },
  };
}

/** The same step in each form of the recurrent layer. */
export const trainingSteps: readonly Case[] = FORMS.map((form) => {
  const name = `training step LSTM ${form}`;
  return {
    ...{ name, size: `V ${V}, E ${E}, H ${H}, B ${B}, T ${T}` },
    ...{ kernel: undefined, skipped: () => undefined, prepare: () => prepare(name, form) },
    // Backward does each product twice: for the gradient of either operand.
    work: { tokens: T * B, flops: 3 * 2 * PRODUCTS * T * B },
  };
});
