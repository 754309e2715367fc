// The table that drives the op tests: a row for every op that @weft/tensor exports.
import { EXACT, ROUNDED, type Row } from "./case.js";
import { sigmoid } from "./reference/elementwise.js";
import { total } from "./reference/reduce.js";
import { gruCellRow, lstmCellRow } from "./rows/cells.js";
import { createRows } from "./rows/create.js";
import { binaryRow, unaryRow } from "./rows/elementwise.js";
import { layoutRows } from "./rows/layout.js";
import { addmmRow, linearRow, matmulRow } from "./rows/matmul.js";
import { partsRows } from "./rows/parts.js";
import { dropoutRow, normalRow, uniformRow } from "./rows/random.js";
import { reduceRow } from "./rows/reduce.js";
import { softmaxRows } from "./rows/softmax.js";

export const table: readonly Row[] = [
  unaryRow("neg", (v) => -v, { extremes: [1e38, -0], tolerance: EXACT }),
  unaryRow("abs", Math.abs, { extremes: [-1e38], kinks: [0, -1e-30], tolerance: EXACT }),
  unaryRow("sign", Math.sign, { extremes: [1e38], kinks: [0, -1e-30], tolerance: EXACT }),
  unaryRow("exp", Math.exp, { extremes: [-200, -80, 0, 80, 200], absolute: 1e-30 }),
  unaryRow("log", Math.log, { low: 0.1, high: 3, extremes: [1e-30, 1, 1e30] }),
  unaryRow("sqrt", Math.sqrt, { low: 0.1, high: 3, extremes: [1e-30, 1e30], kinks: [0] }),
  unaryRow("square", (v) => v * v, { extremes: [-1e15, 0], tolerance: ROUNDED }),
  unaryRow("sigmoid", sigmoid, { extremes: [-1e30, -100, -20, 0, 20, 100, 1e30], absolute: 1e-30 }),
  unaryRow("tanh", Math.tanh, {
    extremes: [-1e30, -100, -1, -1e-2, -1e-8, 0, 1e-5, 1e-3, 0.02, 1, 100],
    absolute: 1e-30,
  }),
  unaryRow("relu", (v) => Math.max(v, 0), { extremes: [-1e38, 1e38], kinks: [0], tolerance: EXACT }),
  binaryRow("add", (v, w) => v + w),
  binaryRow("sub", (v, w) => v - w),
  binaryRow("mul", (v, w) => v * w),
  binaryRow("div", (v, w) => v / w, { low: 0.5 }),
  binaryRow("maximum", Math.max),
  binaryRow("minimum", Math.min),
  reduceRow("sum", total, { empty: true }),
  reduceRow("mean", (values) => total(values) / values.length, { empty: false }),
  reduceRow("max", (values) => values.reduce((a, b) => Math.max(a, b)), { empty: false }),
  matmulRow,
  addmmRow,
  linearRow,
  ...softmaxRows,
  lstmCellRow,
  gruCellRow,
  ...layoutRows,
  ...partsRows,
  ...createRows,
  uniformRow,
  normalRow,
  dropoutRow,
];
