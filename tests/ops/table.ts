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

/** The rows by family, as docs/ops.md shows them. */
export const families: Readonly<Record<string, readonly Row[]>> = {
  Make: [...createRows, uniformRow, normalRow],
  "Element by element, one tensor": unaryRows,
  "Element by element, several tensors": binaryRows,
  Reduce: [...reduceRows, ...cumulativeRows],
  Layout: [...layoutRows, ...partsRows],
  "Linear algebra": [matmulRow, addmmRow, linearRow],
  Network: [...softmaxRows, lstmCellRow, gruCellRow, dropoutRow],
};

export const table: readonly Row[] = Object.values(families).flat();
