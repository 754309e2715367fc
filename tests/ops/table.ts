// The table that drives the op tests: a row for every op that @weft/tensor exports.
import type { Row } from "./case.js";
import { total } from "./reference/reduce.js";
import { binaryRows } from "./rows/binaries.js";
import { gruCellRow, lstmCellRow } from "./rows/cells.js";
import { crossEntropyRow, nllRow } from "./rows/classes.js";
import { createRows } from "./rows/create.js";
import { layoutRows } from "./rows/layout.js";
import { lossRows } from "./rows/losses.js";
import { addmmRow, linearRow, matmulRow } from "./rows/matmul.js";
import { normRows } from "./rows/norm.js";
import { partsRows } from "./rows/parts.js";
import { dropoutRow, normalRow, uniformRow } from "./rows/random.js";
import { reduceRow } from "./rows/reduce.js";
import { softmaxRows } from "./rows/softmax.js";
import { unaryRows } from "./rows/unaries.js";

export const table: readonly Row[] = [
  ...unaryRows,
  ...binaryRows,
  reduceRow("sum", total, { empty: true }),
  reduceRow("mean", (values) => total(values) / values.length, { empty: false }),
  reduceRow("max", (values) => values.reduce((a, b) => Math.max(a, b)), { empty: false }),
  matmulRow,
  addmmRow,
  linearRow,
  ...softmaxRows,
  crossEntropyRow,
  nllRow,
  ...lossRows,
  ...normRows,
  lstmCellRow,
  gruCellRow,
  ...layoutRows,
  ...partsRows,
  ...createRows,
  uniformRow,
  normalRow,
  dropoutRow,
];
