import { backward } from "@weft/autograd";
import { Adam, crossEntropy, detachState, disposeState } from "@weft/nn";
import { reshape, scope, type Tensor, tensor, tuneRecurrent, WeftError } from "@weft/tensor";
import { type Batch, checkBatchFits, streamBatches } from "../data/batches.js";
import type { LanguageModel, RecurrentState } from "../model/languageModel.js";
import { checkTrainingOptions, type TrainingOptions } from "./options.js";
import { learningRateAt } from "./schedule.js";

/** What is known when a training step is done. */
export interface TrainingStep {
  readonly event: "step";
  /** Counted from 1. */
  readonly step: number;
  /** Mean cross-entropy of the step's predictions before its update, in nats. */
  readonly loss: number;
  /** Tokens read in a second, over the time since the step before was done. */
  readonly tokensPerSecond: number;
  readonly learningRate: number;
}

/** A run of fewer steps is over before it pays to measure which kernels are faster; both give the same numbers. */
const MEASURED_FROM = 100;

/**
 * Trains a model on the tokens of a text with Adam, truncated back-propagation through time and gradient clipping; the
 * hidden state is carried from window to window and starts at zero with every epoch.
 *
 * Each step's loss is read while the next step already runs, so when a step is reported the parameters are one update
 * further, except after the last one. To stop early and cleanly abort `options.signal`: the step that runs is finished
 * and reported, and the loop ends.
 *
 * @throws TypeError when there is no such option
 * @throws RangeError when an option is out of range
 * @throws WeftError when the loss is no longer a number
 * @throws TextError when the tokens do not fill one batch
 * @example
 * const { tokenizer, training } = corpusOf("to be or not to be, that is the question. ".repeat(3));
 * const generator = new Generator(1);
 * const model = new LanguageModel({ ...modelDefaults, hidden: 8, vocabulary: tokenizer.size }, { generator });
 * const settings = { ...trainingDefaults, batch: 2, sequence: 8, steps: 3 };
 * const losses = [];
 * for await (const { loss } of train(model, training, settings)) losses.push(loss);
 * losses.length; // 3
 */
export async function* train(
  model: LanguageModel,
  tokens: Int32Array,
  options: TrainingOptions & { readonly signal?: AbortSignal },
): AsyncGenerator<TrainingStep, void> {
  checkTrainingOptions(options);
  checkBatchFits(tokens.length, options);
  const batches = streamBatches(tokens, options);
  const { learningRate, clip: clipNorm } = options;
  const optimizer = new Adam(model.parameters(), { learningRate, clipNorm });
  let state: RecurrentState | undefined;
  let running: { step: number; loss: Promise<number> } | undefined;
  let before = 0;
  model.train();

  /** Waits for the step that runs and tells about it. */
  async function report({ step, loss }: { step: number; loss: Promise<number> }): Promise<TrainingStep> {
    const value = await loss;
    if (!Number.isFinite(value)) {
      throw new WeftError(
        `train: the loss of step ${step} is ${value}; use a smaller learning rate or clip.`,
      );
    }
    const now = performance.now();
    const tokensPerSecond = (options.batch * options.sequence * 1000) / (now - before);
    before = now;
    return { event: "step", step, loss: value, tokensPerSecond, learningRate: learningRateAt(step, options) };
  }

  try {
    if (options.steps >= MEASURED_FROM) {
      const { cell, hidden } = model.config;
      const { device } = model.embedding.weight;
      await tuneRecurrent(cell, { T: options.sequence, B: options.batch, H: hidden }, { device });
    }
    before = performance.now();
    for (let step = 1; step <= options.steps && options.signal?.aborted !== true; step++) {
      optimizer.learningRate = learningRateAt(step, options);
      const batch = batches.next().value;
      if (batch.first) state = released(state);
      const queued = scope(() => {
        const result = forward(model, batch, options, state);
        backward(result.loss);
        optimizer.step();
        optimizer.zeroGrad();
        return { loss: result.loss.detach(), state: detachState(result.state) };
      });
      released(state);
      state = queued.state;
      const loss = readOnce(queued.loss);
      if (running !== undefined) yield await report(running);
      running = { step, loss };
    }
    if (running !== undefined) yield await report(running);
  } finally {
    released(state);
    optimizer.dispose();
  }
}

/** One window forward: loss () in nats per token, and the state behind the window. */
function forward(
  model: LanguageModel,
  batch: Batch,
  shape: TrainingOptions,
  state: RecurrentState | undefined,
) {
  const ids = tensor(batch.inputs, { shape: [shape.sequence, shape.batch] }); // (T, B)
  const { logits, state: next } = model.forward(ids, state); // (T, B, V)
  const flat = reshape(logits, [-1, model.config.vocabulary]); // (T·B, V)
  return { loss: crossEntropy(flat, tensor(batch.targets)), state: next };
}

function released(state: RecurrentState | undefined): undefined {
  disposeState(state);
  return undefined;
}

/** Starts to read a number and frees its tensor. Nobody may be waiting when it fails, so failing is never unhandled. */
function readOnce(loss: Tensor): Promise<number> {
  const value = loss.item().finally(() => loss.dispose());
  value.catch(() => {});
  return value;
}
