import { addmm, dot, linear, matmul, outer } from "@weft/tensor";
import { type Array64, reshaped, sizeOf } from "../array.js";
import { FLOAT, makeCase, ROUNDED, type Row, TRANSCENDENTAL } from "../case.js";
import * as reference from "../reference/matmul.js";
import { type Lie, type Sample, sample } from "../sample.js";

const left = (shape: readonly number[], lie: Lie = "plain") => sample(shape, { lie });
const right = (shape: readonly number[], lie: Lie = "plain") => sample(shape, { lie, seed: 2 });

const PRODUCTS: readonly (readonly [a: Sample, b: Sample])[] = [
  [left([1, 1]), right([1, 1])],
  [left([3, 5]), right([5, 7])],
  [left([9, 8]), right([8, 12])],
  [left([8, 9], "transposed"), right([9, 6])],
  [left([12, 8], "transposed"), right([8, 4], "transposed")],
  [left([4, 8]), right([8, 85], "transposed")],
  [left([17, 64]), right([64, 132])],
  [left([19, 37]), right([37, 67])],
  [left([3, 4], "sliced"), right([4, 4], "expanded")],
  [left([2, 3, 4]), right([4, 5])],
  [left([2, 3, 4]), right([2, 4, 8])],
  [left([3, 4]), right([2, 4, 3])],
  [left([2, 1, 3, 4]), right([3, 4, 5])],
  [left([0, 4]), right([4, 3])],
  [left([3, 0]), right([0, 3])],
  [left([2, 3, 0]), right([0, 4])],
  [left([2, 3, 0, 4]), right([2, 3, 4, 2])],
  [left([0, 3, 4]), right([4, 2])],
  [left([2, 0, 3, 4]), right([4, 2])],
  [left([0, 1, 3, 4]), right([5, 4, 2])],
  [left([1, 2, 1, 2, 1, 2, 3, 4]), right([2, 1, 2, 1, 2, 1, 4, 5])],
  [left([65537, 1, 1]), right([65537, 1, 1])], // more matrices than a dispatch has workgroups along an axis
];

/** NaN and infinity stay in their rows and columns; large and small numbers lose nothing. */
const EXTREMES: readonly (readonly [a: Sample, b: Sample])[] = [
  [
    sample([3, 2], { values: [Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 1, 2] }),
    sample([2, 3], { values: [1, 2, 0, 1, Number.NEGATIVE_INFINITY, 1] }),
  ],
  [sample([1, 2], { values: [1e20, 1e-20] }), sample([2, 2], { values: [1e18, -1e-30, 1e38, 1e15] })],
];

/** The product with an operand of rank 1 as a row on the left or a column on the right. */
const ofVectors =
  (a: readonly number[], b: readonly number[], result: readonly number[]) => (x: Array64, y: Array64) =>
    reshaped(reference.matmul(reshaped(x, a), reshaped(y, b)), result);

export const matmulRow: Row = {
  name: "matmul",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...PRODUCTS.map((inputs) => makeCase(inputs, matmul, reference.matmul)),
    ...EXTREMES.map((inputs) =>
      makeCase(inputs, matmul, reference.matmul, { gradient: false, typed: false }),
    ),
    makeCase([left([0]), right([0])], matmul, ofVectors([1, 0], [0, 1], [])),
    makeCase([left([4]), right([4])], matmul, ofVectors([1, 4], [4, 1], [])),
    makeCase([left([4]), right([4, 3])], matmul, ofVectors([1, 4], [4, 3], [3])),
    makeCase([left([3, 4]), right([4])], matmul, ofVectors([3, 4], [4, 1], [3])),
    makeCase([left([4]), right([2, 4, 3])], matmul, ofVectors([1, 4], [2, 4, 3], [2, 3])),
    makeCase([left([2, 3, 4]), right([4])], matmul, ofVectors([2, 3, 4], [4, 1], [2, 3])),
  ],
};

const ADDENDS: readonly (readonly [shape: number[], lie?: Lie])[] = [
  [[7]],
  [[1, 7]],
  [[9, 1]],
  [[9, 7]],
  [[]],
  [[9, 7], "transposed"],
  [[9, 7], "sliced"],
];

export const addmmRow: Row = {
  name: "addmm",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [
    ...ADDENDS.map(([shape, lie = "plain"]) =>
      makeCase([sample(shape, { seed: 3, lie }), left([9, 8]), right([8, 7])], addmm, reference.addmm),
    ),
    makeCase([sample([5], { seed: 3 }), left([3, 0]), right([0, 5])], addmm, reference.addmm),
  ],
};

const MAPS: readonly (readonly [x: number[], weight: number[], lie?: Lie])[] = [
  [[5], [4, 5]],
  [
    [3, 5],
    [4, 5],
  ],
  [
    [2, 3, 5],
    [4, 5],
  ],
  [
    [3, 8],
    [4, 8],
  ],
  [[5, 8], [4, 8], "transposed"],
  [[2, 3, 8], [4, 8], "sliced"],
  [
    [0, 5],
    [4, 5],
  ],
  [
    [2, 2, 0],
    [3, 0],
  ],
];

export const linearRow: Row = {
  name: "linear",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: MAPS.flatMap(([x, weight, lie = "plain"]) => {
    const [out = 0] = weight;
    const inputs = [left(x, lie), right(weight)];
    const result = [...x.slice(0, -1), out];
    const product = (x: Array64, weight: Array64) =>
      reference.matmul(
        reshaped(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) as number]),
        reference.transposed(weight),
      );
    return [
      makeCase(inputs, linear, (x, weight) => reshaped(product(x, weight), result)),
      makeCase([...inputs, sample([out], { seed: 3 })], linear, (x, weight, bias) =>
        reshaped(reference.add(product(x, weight), bias), result),
      ),
    ];
  }),
};

export const outerRow: Row = {
  name: "outer",
  dtypes: FLOAT,
  tolerance: ROUNDED,
  cases: (
    [
      [sample([3]), sample([4], { seed: 2 })],
      [sample([4], { lie: "sliced" }), sample([1], { seed: 2 })],
      [sample([0]), sample([3])],
      [
        sample([2], { values: [Number.NaN, Number.POSITIVE_INFINITY] }),
        sample([2], { values: [1, -1] }),
        true,
      ],
    ] as const
  ).map(([a, b, extreme = false]) =>
    makeCase(
      [a, b],
      outer,
      (a, b) => reference.matmul(reshaped(a, [...a.shape, 1]), reshaped(b, [1, ...b.shape])),
      { gradient: !extreme },
    ),
  ),
};

export const dotRow: Row = {
  name: "dot",
  dtypes: FLOAT,
  tolerance: TRANSCENDENTAL,
  cases: [[1], [5], [0], [3000]].map((shape) =>
    makeCase(
      [sample(shape), sample(shape, { seed: 2 })],
      dot,
      (a, b) => reshaped(reference.matmul(reshaped(a, [1, ...a.shape]), reshaped(b, [...b.shape, 1])), []),
      // Products of f16 are rounded before they are added up.
      { typed: shape[0] !== 3000 },
    ),
  ),
};
