import { kernels } from "@weft/kernels";
import type { Case } from "./case.js";
import { convolutions } from "./cases/convolution.js";
import { elementwise } from "./cases/elementwise.js";
import { indexing } from "./cases/index.js";
import { layouts } from "./cases/layout.js";
import { losses } from "./cases/loss.js";
import { matmuls } from "./cases/matmul.js";
import { norms } from "./cases/norm.js";
import { optimizers } from "./cases/optimizer.js";
import { poolings } from "./cases/pooling.js";
import { randoms } from "./cases/random.js";
import { recurrences } from "./cases/recurrence.js";
import { cells } from "./cases/recurrent/cells.js";
import { layers } from "./cases/recurrent/layers.js";
import { sequences } from "./cases/recurrent/sequence.js";
import { trainingSteps } from "./cases/recurrent/trainingStep.js";
import { reductions } from "./cases/reduce.js";
import { softmaxes } from "./cases/softmax.js";
import { sorting } from "./cases/sort.js";

/** Every row of the table, in its order. */
export const cases: readonly Case[] = [
  ...elementwise,
  ...reductions,
  ...layouts,
  ...recurrences,
  ...matmuls,
  ...convolutions,
  ...poolings,
  ...softmaxes,
  ...losses,
  ...norms,
  ...indexing,
  ...sorting,
  ...cells,
  ...sequences,
  ...randoms,
  ...optimizers,
  ...layers,
  ...trainingSteps,
];

/** Kernels that no case times. */
export function kernelsWithoutCase(): string[] {
  const timed = new Set<string | undefined>(cases.map(({ kernel }) => kernel));
  return Object.keys(kernels).filter((name) => !timed.has(name));
}
