import { type Device, Generator } from "@weft/tensor";
import { checkpointOf } from "../checkpoint/modelCheckpoint.js";
import { checkBatchFits } from "../data/batches.js";
import { type Corpus, corpusOf } from "../data/corpus.js";
import type { Evaluation } from "../evaluate/evaluate.js";
import type { Cell } from "../model/config.js";
import { LanguageModel } from "../model/languageModel.js";
import { mobyDickPath, readText } from "../node/readText.js";
import { checkSaveFolder, saveCheckpoint } from "../node/saveCheckpoint.js";
import { withDevice } from "./device.js";
import { measure } from "./measure.js";
import { type Interruption, watchInterruption } from "./terminal/interruption.js";
import { lossPlot } from "./terminal/lossPlot.js";
import { Output, say } from "./terminal/output.js";
import { adapterPhrase, corpusPhrase, evaluationPhrase, modelPhrase } from "./terminal/phrases.js";
import { trainSteps } from "./trainSteps.js";
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
  const asLines = json && process.stdout.isTTY;
  const { tokenizer } = corpus;
  const { cell, embedding, hidden, layers, dropout } = command;
  const config = { cell, vocabulary: tokenizer.size, embedding, hidden, layers, dropout };
  const model = new LanguageModel(config, { generator: new Generator(seed) });
  say(`text     ${title}: ${corpusPhrase(corpus)}`);
  say(`model    ${modelPhrase(config)}`);
  say(`adapter  ${adapterPhrase(device)}`);

  const stop = AbortSignal.any([interruption.signal, output.closed]);
  const { losses, last } = await trainSteps(model, corpus.training, { command, output, asLines, stop });
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
  const plot = lossPlot(losses);
  if (plot !== "") say(`\n${plot}\n`);

  const evaluation = await measure(model, corpus.validation, { unit: "held-out character", asLines, stop });
  if (evaluation !== undefined) {
    const { nats, bitsPerCharacter, perplexity } = evaluation;
    await save(evaluation);
    say(`held-out text: ${evaluationPhrase(evaluation)}`);
    if (json) await output.line({ event: "evaluate", step: last.step, nats, bitsPerCharacter, perplexity });
  }
  say(`${stop.aborted ? `weft: stopped at step ${last.step}; ` : ""}the model is saved in ${out}`);
  if (json) await output.line({ event: "done", checkpoint: out, step: last.step, interrupted: stop.aborted });
  if (interruption.exitCode !== undefined) process.exitCode = interruption.exitCode;
}
