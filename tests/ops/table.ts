// The table that drives the op tests: a row for every op that @weft/tensor exports.
import type { Row } from "./case.js";
import { binaryRows } from "./rows/binaries.js";
import { gruCellRow, lstmCellRow } from "./rows/cells.js";
import { crossEntropyRow, nllRow } from "./rows/classes.js";
import { conv1dRow, conv2dRow } from "./rows/convolution.js";
import { createRows } from "./rows/create.js";
import { cumulativeRows } from "./rows/cumulative.js";
import { diagonalRows } from "./rows/diagonals.js";
import { einsumRow } from "./rows/einsum.js";
import { gatherRows } from "./rows/gather.js";
import { layoutRows } from "./rows/layout.js";
import { lossRows } from "./rows/losses.js";
import { addmmRow, dotRow, linearRow, matmulRow, outerRow } from "./rows/matmul.js";
import { normRows } from "./rows/norm.js";
import { paddedRows } from "./rows/padded.js";
import { partsRows } from "./rows/parts.js";
import { poolingRows } from "./rows/pooling.js";
import { dropoutRow, randomRows } from "./rows/random.js";
import { rearrangedRows } from "./rows/rearranged.js";
import { recurrentRows } from "./rows/recurrent.js";
import { reduceRows } from "./rows/reduce.js";
import { softmaxRows } from "./rows/softmax.js";
import { sortRows } from "./rows/sort.js";
import { unaryRows } from "./rows/unaries.js";
import { windowRows } from "./rows/windows.js";

/** The rows by family, as docs/ops.md shows them. */
export const families: Readonly<Record<string, readonly Row[]>> = {
  Make: [...createRows, ...randomRows],
  "Element by element, one tensor": unaryRows,
  "Element by element, several tensors": binaryRows,
  Reduce: [...reduceRows, ...cumulativeRows],
  Layout: [...layoutRows, ...partsRows, ...rearrangedRows, ...paddedRows, ...diagonalRows, ...windowRows],
  Index: [...gatherRows, ...sortRows],
  "Linear algebra": [matmulRow, addmmRow, linearRow, outerRow, dotRow, einsumRow],
  Network: [
    ...softmaxRows,
    crossEntropyRow,
    nllRow,
    ...lossRows,
    ...normRows,
    conv1dRow,
    conv2dRow,
    ...poolingRows,
    lstmCellRow,
    gruCellRow,
    ...recurrentRows,
    dropoutRow,
  ],
};

export const table: readonly Row[] = Object.values(families).flat();
