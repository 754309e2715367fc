import "@weft/autograd";
import { LanguageModel, modelDefaults, type RecurrentState, trainingDefaults } from "@weft/lm";
import { Adam, crossEntropy, detachState, disposeState, type LSTM, type LSTMState } from "@weft/nn";
import {
  chunk,
  Generator,
  linear,
  type RecurrentForm,
  scope,
  stack,
  type Tensor,
  tensor,
  unbind,
  zeros,
} from "@weft/tensor";
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

/** The forms of the layer, and the loop over cells of elementary ops, as one writes it with any library of tensors. */
type Variant = RecurrentForm | "composed";

/** PyTorch's formulas of nn.LSTM, op by op. x (T, B, E) */
function composed(layer: LSTM, x: Tensor, state?: LSTMState): { output: Tensor; state: LSTMState } {
  const { weightIh, weightHh, biasIh, biasHh } = layer;
  let { h, c } = state ?? { h: zeros([1, B, H]), c: zeros([1, B, H]) };
  [h, c] = [h.select(0, 0), c.select(0, 0)]; // (B, H) each
  const output = unbind(x).map((xt) => {
    const gates = linear(xt, weightIh[0] as Tensor, biasIh[0]).add(
      linear(h, weightHh[0] as Tensor, biasHh[0]),
    );
    const [i, f, g, o] = chunk(gates, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
    c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    h = o.sigmoid().mul(c.tanh());
    return h;
  });
  return { output: stack(output), state: { h: h.unsqueeze(0), c: c.unsqueeze(0) } };
}

/** A step as the training loop of @weft/lm does it, always on the same batch; the state is carried along. */
function prepare(name: string, variant: Variant): Prepared {
  const config = { ...modelDefaults, vocabulary: V };
  const model = new LanguageModel(config, { generator: new Generator(1) });
  if (variant === "composed") {
    const layer = model.recurrent as LSTM;
    layer.forward = (sequence, state) => composed(layer, sequence, state);
  } else {
    model.recurrent.form = variant;
  }
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
    disposeState(state);
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

/** The same step by elementary ops, and in each form of the recurrent layer. */
export const trainingSteps: readonly Case[] = (["composed", ...FORMS] as const).map((variant) => {
  const name = `training step LSTM ${variant}`;
  return {
    ...{ name, size: `V ${V}, E ${E}, H ${H}, B ${B}, T ${T}` },
    ...{ kernel: undefined, skipped: () => undefined, prepare: () => prepare(name, variant) },
    // Backward does each product twice: for the gradient of either operand.
    work: { tokens: T * B, flops: 3 * 2 * PRODUCTS * T * B },
  };
});
