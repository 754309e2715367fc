import { einsum } from "@weft/tensor";
import { FLOAT, makeCase, type Row, TRANSCENDENTAL } from "../case.js";
import { type Loops, summation } from "../reference/einsum.js";
import { type Lie, sample } from "../sample.js";

/** An equation, the indices it loops over (ellipses written out), and the operands' shapes. */
type Example = readonly [equation: string, loops: Loops, ...shapes: (readonly number[])[]];

const EXAMPLES: readonly Example[] = [
  ["ij,jk->ik", "ij,jk->ik", [3, 4], [4, 5]],
  ["ij,jk", "ij,jk->ik", [3, 4], [4, 5]],
  ["bij , bjk -> bik", "bij,bjk->bik", [2, 3, 4], [2, 4, 5]],
  ["ii", "ii->", [4, 4]],
  ["ii->i", "ii->i", [4, 4]],
  ["iji->j", "iji->j", [3, 2, 3]],
  ["iii->i", "iii->i", [3, 3, 3]],
  ["ij->ji", "ij->ji", [3, 4]],
  ["ij->", "ij->", [3, 4]],
  ["bA", "bA->Ab", [2, 3]],
  ["i,i->", "i,i->", [5], [5]],
  ["i,j->ij", "i,j->ij", [3], [4]],
  ["i,j->", "i,j->", [3], [4]],
  ["bi,bi->b", "bi,bi->b", [3, 4], [3, 4]],
  ["ij,jk,kl->il", "ij,jk,kl->il", [2, 3], [3, 4], [4, 2]],
  ["ik,jkl,il->ij", "ik,jkl,il->ij", [2, 3], [4, 3, 2], [2, 2]],
  ["i,ij,ijk,k->j", "i,ij,ijk,k->j", [2], [2, 3], [2, 3, 4], [4]],
  ["...ij,...jk->...ik", "xyij,yjk->xyik", [2, 3, 2, 3], [3, 3, 2]],
  ["...,...", "xy,y->xy", [2, 3], [3]],
  ["i...->...", "ixy->xy", [2, 3, 2]],
  ["...i->", "xi->", [2, 3]],
  ["ij,jk->ik", "ij,jk->ik", [3, 1], [4, 2]],
  ["bhqd,bhkd->bhqk", "bhqd,bhkd->bhqk", [1, 2, 3, 4], [2, 2, 3, 4]],
  ["abcdefgh,h->abcdefg", "abcdefgh,h->abcdefg", [1, 2, 1, 2, 1, 2, 2, 3], [3]],
  ["ij,jk->ik", "ij,jk->ik", [0, 3], [3, 2]],
  ["ij,jk->ik", "ij,jk->ik", [2, 0], [0, 2]],
  ["ii->i", "ii->i", [0, 0]],
  ["", "->", []],
  [",ij->ij", ",ij->ij", [], [2, 3]],
];

const LYING: readonly (readonly [Lie, Lie])[] = [
  ["transposed", "plain"],
  ["sliced", "transposed"],
  ["expanded", "sliced"],
];

export const einsumRow: Row = {
  name: "einsum",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...EXAMPLES.map(([equation, loops, ...shapes]) =>
      makeCase(
        shapes.map((shape, i) => sample(shape, { seed: i + 1, low: 0.5 })),
        (...operands) => einsum(equation, ...operands),
        summation(loops),
        { label: equation },
      ),
    ),
    ...LYING.map(([a, b]) =>
      makeCase(
        [sample([3, 3, 4], { lie: a }), sample([4, 3], { lie: b, seed: 2 })],
        (...operands) => einsum("iik,kj->ji", ...operands),
        summation("iik,kj->ji"),
        { label: "iik,kj->ji" },
      ),
    ),
    makeCase(
      [
        sample([2, 2], { values: [Number.NaN, 1, Number.POSITIVE_INFINITY, 2] }),
        sample([2, 2], { values: [1, 0, 3, Number.NEGATIVE_INFINITY] }),
      ],
      (...operands) => einsum("ij,jk->ik", ...operands),
      summation("ij,jk->ik"),
      { label: "NaN and infinity", gradient: false, typed: false },
    ),
  ],
};
