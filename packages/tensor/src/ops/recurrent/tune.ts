// Measures which form of the recurrent kernels a device runs faster at a size.

import { withRecording } from "../../ambient/recording.js";
import { scope } from "../../ambient/scope.js";
import { checkOptions } from "../../checks/checkArguments.js";
import { ones, zeros } from "../../create.js";
import type { Device } from "../../gpu/device.js";
import { currentDevice } from "../../gpu/open.js";
import { fitsKernels } from "./fit.js";
import { type Form, noteForm, type RecurrentSize } from "./forms.js";
import { gru, gruRule } from "./gru.js";
import { lstm, lstmRule } from "./lstm.js";
import { rnn, rnnRule } from "./rnn.js";

const CELLS = {
  lstm: { layer: lstm, rule: lstmRule },
  gru: { layer: gru, rule: gruRule },
  rnn: { layer: rnn, rule: rnnRule },
};
const FORMS: readonly Form[] = ["step", "sequence"];
/** Measured runs of each form; one more before them compiles the kernels. */
const RUNS = 5;

/**
 * What was measured: milliseconds of the recurrence forward and backward, the fastest of several runs. Where the device
 * cannot run the kernels, the form is "loop" and both times are infinite.
 */
export interface RecurrentTiming {
  readonly form: Form | "loop";
  readonly step: number;
  readonly sequence: number;
}

/**
 * Runs a recurrent layer in both forms of its kernels, by turns, and lets layers of this kind and about this size take the
 * faster one from then on. Without it they go by a guess. Both forms do the same sums in the same order.
 *
 * Sizes: T time steps, B rows of the batch, H units; those between neighbouring powers of two share the choice.
 * Sizes that the kernels cannot run are not measured: layers take the loop over the cell there.
 *
 * @throws RangeError when there is no such cell or a size is no whole number ≥ 1
 * @example
 * const { form } = await tuneRecurrent("lstm", { T: 4, B: 2, H: 8 });
 * ["step", "sequence"].includes(form); // true
 */
export async function tuneRecurrent(
  cell: keyof typeof CELLS,
  size: RecurrentSize,
  options: { readonly device?: Device } = {},
): Promise<RecurrentTiming> {
  checkOptions("tuneRecurrent", options, ["device"]);
  const { device = currentDevice() } = options;
  if (!Object.hasOwn(CELLS, cell)) {
    const known = Object.keys(CELLS).map((name) => `"${name}"`);
    throw new RangeError(`tuneRecurrent: cell is ${JSON.stringify(cell)}; use ${known.join(", ")}.`);
  }
  for (const name of ["T", "B", "H"] as const) {
    if (Number.isInteger(size[name]) && size[name] >= 1) continue;
    throw new RangeError(`tuneRecurrent: ${name} is ${size[name]}; use a whole number ≥ 1.`);
  }
  const fastest = { step: Number.POSITIVE_INFINITY, sequence: Number.POSITIVE_INFINITY };
  if (!fitsKernels(CELLS[cell].rule, size, device)) return { form: "loop", ...fastest };
  for (let run = 0; run <= RUNS; run++) {
    for (const form of FORMS) {
      await finished(device);
      const start = performance.now();
      scope(() => forwardAndBackward(cell, size, form, device));
      await finished(device);
      if (run > 0) fastest[form] = Math.min(fastest[form], performance.now() - start);
    }
  }
  const form = fastest.step <= fastest.sequence ? "step" : "sequence";
  noteForm(device, cell, size, form);
  return { form, ...fastest };
}

/** The numbers do not matter to the time. One input feature, so that little but the recurrence is measured. */
function forwardAndBackward(
  cell: keyof typeof CELLS,
  { T, B, H }: RecurrentSize,
  form: Form,
  device: Device,
): void {
  const { layer, rule } = CELLS[cell];
  const made = { device };
  const weights = {
    weightIh: zeros([rule.gates * H, 1], made),
    weightHh: zeros([rule.gates * H, H], { ...made, requiresGrad: true }),
  };
  const { output } = withRecording(true, () => layer(zeros([T, B, 1], made), weights, undefined, { form }));
  const { call } = output;
  if (call === undefined) return;
  withRecording(false, () => void call.op.backward?.(call, [ones(output.shape, made)]));
}

async function finished(device: Device): Promise<void> {
  device.flush();
  await device.gpu.queue.onSubmittedWorkDone();
}
