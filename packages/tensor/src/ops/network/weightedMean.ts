import { kernels } from "@weft/kernels";
import { launch } from "../../launch.js";
import { defineMultiOp, F32 } from "../../op.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import { div } from "../elementwise/arithmetic.js";
import { expand } from "../layout/layout.js";
import { sum } from "../reduce/sum.js";

const weightedMeanOp = defineMultiOp<[losses: Tensor, counted: Tensor]>({
  name: "mean",
  accepts: [F32],
  shapes: () => [[], []],
  forward({ inputs: [losses, counted], outputs }) {
    const bindings = { losses, counted, mean: at(outputs, 0), total: at(outputs, 1) };
    launch(kernels.weightedMean, bindings, { size: losses.size }, { workgroups: [1, 1, 1] });
  },
  // What a loss counts is no matter of its value.
  backward: ({ inputs: [losses], outputs, grad }) => [
    () => expand(div(grad, at(outputs, 1).detach()), losses.shape),
    undefined,
  ],
});

/** Above this, one workgroup that adds up everything would keep a GPU waiting; at this, an invocation adds up 256 numbers. */
const MOST_AT_ONCE = 65_536;

/** Σ losses / Σ counted, in one kernel; of very many losses as two sums, which many workgroups share. */
export const weightedMean = (losses: Tensor, counted: Tensor): Tensor =>
  losses.size > MOST_AT_ONCE
    ? div(sum(losses), sum(counted).detach())
    : at(weightedMeanOp(losses, counted), 0);
