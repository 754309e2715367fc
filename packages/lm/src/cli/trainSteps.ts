import type { LanguageModel } from "../model/languageModel.js";
import type { TrainingOptions } from "../train/options.js";
import { type TrainingStep, train } from "../train/train.js";
import { type Output, say } from "./terminal/output.js";
import { counted } from "./terminal/phrases.js";
import { showProgress } from "./terminal/progress.js";

/** Runs the training, shows how it goes, and gives all losses and the last step; none if it was stopped before. */
export async function trainSteps(
  model: LanguageModel,
  tokens: Int32Array,
  options: {
    readonly command: TrainingOptions & { readonly json?: boolean };
    readonly output: Output;
    readonly asLines: boolean;
    readonly stop: AbortSignal;
  },
): Promise<{ losses: number[]; last: TrainingStep | undefined }> {
  const { command, output, asLines, stop } = options;
  const { batch, sequence, steps, learningRate, warmup, clip } = command;
  const settings = { batch, sequence, steps, learningRate, warmup, clip, signal: stop };
  const losses: number[] = [];
  const speeds: number[] = [];
  let last: TrainingStep | undefined;
  const progress = showProgress("step", steps, asLines);
  const onStop = () => {
    progress.stop(); // else the bar would redraw itself over the message
    say("weft: finishing this step, then saving; Ctrl-C again quits at once.");
  };
  stop.addEventListener("abort", onStop);
  try {
    for await (last of train(model, tokens, settings)) {
      const { event, step, loss, tokensPerSecond } = last;
      losses.push(loss);
      speeds.push(tokensPerSecond);
      if (speeds.length > 10) speeds.shift();
      progress.update(step, `loss ${loss.toFixed(3)}  ${counted(averageSpeed(speeds))} tokens/s`);
      if (command.json) await output.line({ event, step, loss, tokensPerSecond });
    }
  } finally {
    stop.removeEventListener("abort", onStop);
    progress.stop();
  }
  return { losses, last };
}

/** Every step has the same number of tokens, so it is the times, 1 / speed, that are averaged. */
function averageSpeed(speeds: readonly number[]): number {
  return speeds.length / speeds.reduce((time, speed) => time + 1 / speed, 0);
}
