import { gruCell, lstmCell } from "@weft/tensor";
import { F32, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import * as reference from "../reference/cells.js";
import { type Lie, sample } from "../sample.js";

const SIZES: readonly (readonly [batch: number, hidden: number])[] = [
  [1, 1],
  [2, 3],
  [0, 3],
  [3, 8],
  [5, 70],
];
const LIES: readonly Lie[] = ["transposed", "sliced", "expanded"];
/** Far out on every gate. */
const far = (gates: number) =>
  sample([2, gates], {
    values: Array.from({ length: 2 * gates }, (_, i) => (i % 3 === 0 ? 0.5 : i % 2 ? 100 : -100)),
  });

export const lstmCellRow: Row = {
  name: "lstmCell",
  dtypes: F32,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...SIZES.map(([b, h]) =>
      makeCase([sample([b, 4 * h]), sample([b, h], { seed: 2 })], lstmCell, reference.lstmCell),
    ),
    ...LIES.map((lie) =>
      makeCase([sample([3, 8], { lie }), sample([3, 2], { seed: 2, lie })], lstmCell, reference.lstmCell),
    ),
    makeCase([far(4), sample([2, 1])], lstmCell, reference.lstmCell, { label: "saturated" }),
  ],
};

export const gruCellRow: Row = {
  name: "gruCell",
  dtypes: F32,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...SIZES.map(([b, h]) =>
      makeCase(
        [sample([b, 3 * h]), sample([b, 3 * h], { seed: 2 }), sample([b, h], { seed: 3 })],
        gruCell,
        reference.gruCell,
      ),
    ),
    ...LIES.map((lie) =>
      makeCase(
        [sample([3, 6], { lie }), sample([3, 6], { seed: 2, lie }), sample([3, 2], { seed: 3, lie })],
        gruCell,
        reference.gruCell,
      ),
    ),
    makeCase([far(3), far(3), sample([2, 1])], gruCell, reference.gruCell, { label: "saturated" }),
  ],
};
