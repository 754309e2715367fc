// The table that drives the op tests: a row for every op that @weft/tensor exports.
import type { Row } from "./case.js";
import { total } from "./reference/reduce.js";
import { binaryRows } from "./rows/binaries.js";
import { gruCellRow, lstmCellRow } from "./rows/cells.js";
import { createRows } from "./rows/create.js";
import { diagonalRows } from "./rows/diagonals.js";
import { layoutRows } from "./rows/layout.js";
import { addmmRow, linearRow, matmulRow } from "./rows/matmul.js";
import { paddedRows } from "./rows/padded.js";
import { partsRows } from "./rows/parts.js";
import { dropoutRow, normalRow, uniformRow } from "./rows/random.js";
import { rearrangedRows } from "./rows/rearranged.js";
import { reduceRow } from "./rows/reduce.js";
import { softmaxRows } from "./rows/softmax.js";
import { unaryRows } from "./rows/unaries.js";
import { windowRows } from "./rows/windows.js";

/** The rows by family, as docs/ops.md shows them. */
export const families: Readonly<Record<string, readonly Row[]>> = {
  Make: [...createRows, uniformRow, normalRow],
  "Element by element, one tensor": unaryRows,
  "Element by element, several tensors": binaryRows,
  Reduce: [
    reduceRow("sum", total, { empty: true }),
    reduceRow("mean", (values) => total(values) / values.length, { empty: false }),
    reduceRow("max", (values) => values.reduce((a, b) => Math.max(a, b)), { empty: false }),
  ],
  Layout: [...layoutRows, ...partsRows, ...rearrangedRows, ...paddedRows, ...diagonalRows, ...windowRows],
  "Linear algebra": [matmulRow, addmmRow, linearRow],
  Network: [...softmaxRows, lstmCellRow, gruCellRow, dropoutRow],
};

export const table: readonly Row[] = Object.values(families).flat();
