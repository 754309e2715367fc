import { type Device, Generator } from "@weft/tensor";
import { checkpointOf } from "../checkpoint/modelCheckpoint.js";
import { checkBatchFits } from "../data/batches.js";
import { type Corpus, corpusOf } from "../data/corpus.js";
import { type Evaluation, evaluate } from "../evaluate/evaluate.js";
import type { Cell } from "../model/config.js";
import { LanguageModel } from "../model/languageModel.js";
import { mobyDickPath, readText } from "../node/readText.js";
import { checkSaveFolder, saveCheckpoint } from "../node/saveCheckpoint.js";
import { type TrainingStep, train } from "../train/train.js";
import { withDevice } from "./device.js";
import { type Interruption, watchInterruption } from "./interruption.js";
import { lossPlot } from "./lossPlot.js";
import { Output, say } from "./output.js";
import { adapterPhrase, corpusPhrase, counted, evaluationPhrase, modelPhrase } from "./phrases.js";
import { showProgress } from "./progress.js";
import { UsageError } from "./usageError.js";

/** The options of `weft train`. */
export interface TrainCommand {
  readonly data?: string;
  readonly cell: Cell;
  readonly hidden: number;
  readonly embedding: number;
  readonly layers: number;
  readonly dropout: number;
  readonly batch: number;
  readonly sequence: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly clip: number;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

/** Trains a model on a text, measures it on the held-out part and saves it. All input is checked before the GPU opens. */
export async function trainCommand(command: TrainCommand): Promise<void> {
  const path = command.data ?? mobyDickPath();
  const title = command.data ?? "Moby Dick";
  if (path === undefined) {
    throw new UsageError(
      "--data is missing and Moby Dick is not installed; give --data FILE or run npm install.",
    );
  }
  const corpus = corpusOf(await readText(path), { name: title });
  checkBatchFits(corpus.training.length, command, title);
  await checkSaveFolder(command.out);
  const output = new Output();
  const interruption = watchInterruption();
  try {
    await withDevice((device) => run(device, { command, title, corpus, output, interruption }));
  } finally {
    interruption.stop();
  }
}

interface Run {
  readonly command: TrainCommand;
  /** What people call the text. */
  readonly title: string;
  readonly corpus: Corpus;
  readonly output: Output;
  readonly interruption: Interruption;
}

async function run(device: Device, { command, title, corpus, output, interruption }: Run): Promise<void> {
  const { out, json = false, seed } = command;
  const { tokenizer } = corpus;
  const { cell, embedding, hidden, layers, dropout } = command;
  const config = { cell, vocabulary: tokenizer.size, embedding, hidden, layers, dropout };
  const model = new LanguageModel(config, { generator: new Generator(seed) });
  say(`text     ${title}: ${corpusPhrase(corpus)}`);
  say(`model    ${modelPhrase(config)}`);
  say(`adapter  ${adapterPhrase(device)}`);

  const stop = AbortSignal.any([interruption.signal, output.closed]);
  const steps = await trainSteps(model, { command, corpus, output, stop });
  const last = steps.at(-1);
  if (last === undefined) {
    say("weft: stopped before the first step; nothing was saved.");
    process.exitCode = interruption.exitCode ?? 0;
    return;
  }

  // Saved before the evaluation too, so that nothing that happens there can cost the training.
  const { batch, sequence, learningRate, warmup, clip } = command;
  const training = { batch, sequence, steps: command.steps, learningRate, warmup, clip, seed };
  const measured = { step: last.step, loss: last.loss };
  const save = async (validation?: Evaluation) =>
    saveCheckpoint(
      out,
      await checkpointOf(model, tokenizer, { training, metrics: { ...measured, validation } }),
    );
  await save();
  const plot = lossPlot(steps.map(({ loss }) => loss));
  if (plot !== "") say(`\n${plot}\n`);

  const evaluation = stop.aborted ? undefined : await measure(model, corpus, stop);
  if (evaluation !== undefined) {
    const { nats, bitsPerCharacter, perplexity } = evaluation;
    await save(evaluation);
    say(`held-out text: ${evaluationPhrase(evaluation)}`);
    if (json) await output.line({ event: "evaluate", step: last.step, nats, bitsPerCharacter, perplexity });
  }
  say(`${stop.aborted ? `weft: stopped at step ${last.step}; ` : ""}the model is saved in ${out}`);
  if (json) await output.line({ event: "done", checkpoint: out });
  if (interruption.exitCode !== undefined) process.exitCode = interruption.exitCode;
}

/** Runs the training and shows how it goes. */
async function trainSteps(
  model: LanguageModel,
  { command, corpus, output, stop }: Pick<Run, "command" | "corpus" | "output"> & { stop: AbortSignal },
): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  const progress = showProgress("step", command.steps);
  const onStop = () => {
    progress.stop(); // else the bar would redraw itself over the message
    say("weft: finishing this step, then saving; Ctrl-C again quits at once.");
  };
  stop.addEventListener("abort", onStop);
  try {
    for await (const done of train(model, corpus.training, { ...command, signal: stop })) {
      const { event, step, loss, tokensPerSecond } = done;
      steps.push(done);
      progress.update(step, `loss ${loss.toFixed(3)}  ${counted(recentSpeed(steps))} tokens/s`);
      if (command.json) await output.line({ event, step, loss, tokensPerSecond });
    }
  } finally {
    stop.removeEventListener("abort", onStop);
    progress.stop();
  }
  return steps;
}

/** Tokens in a second over the last ten steps: the same number of tokens in each, so the times are averaged. */
function recentSpeed(steps: readonly TrainingStep[]): number {
  const recent = steps.slice(-10);
  return recent.length / recent.reduce((seconds, { tokensPerSecond }) => seconds + 1 / tokensPerSecond, 0);
}

/** Evaluates the held-out text; undefined if that was interrupted. */
async function measure(
  model: LanguageModel,
  corpus: Corpus,
  stop: AbortSignal,
): Promise<Evaluation | undefined> {
  const progress = showProgress("held-out character", corpus.validation.length - 1);
  try {
    const onProgress = (done: number) => progress.update(done, "");
    return await evaluate(model, corpus.validation, { onProgress, signal: stop });
  } catch (error) {
    if (stop.aborted) return undefined;
    throw error;
  } finally {
    progress.stop();
  }
}
