// The table that drives the op tests: a row for every op that @weft/tensor exports.
import type { Row } from "./case.js";
import { binaryRows } from "./rows/binaries.js";
import { gruCellRow, lstmCellRow } from "./rows/cells.js";
import { createRows } from "./rows/create.js";
import { cumulativeRows } from "./rows/cumulative.js";
import { layoutRows } from "./rows/layout.js";
import { addmmRow, linearRow, matmulRow } from "./rows/matmul.js";
import { partsRows } from "./rows/parts.js";
import { dropoutRow, normalRow, uniformRow } from "./rows/random.js";
import { reduceRows } from "./rows/reduce.js";
import { softmaxRows } from "./rows/softmax.js";
import { unaryRows } from "./rows/unaries.js";

export const table: readonly Row[] = [
  ...unaryRows,
  ...binaryRows,
  ...reduceRows,
  ...cumulativeRows,
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
