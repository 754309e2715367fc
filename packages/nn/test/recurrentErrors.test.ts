import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from "@weft/nn";
import { open, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

/** What JavaScript lets pass where the types do not. */
const wrong = <T>(value: unknown): T => value as T;

const CASES: readonly (readonly [message: string, run: () => unknown])[] = [
  // Inputs.
  [
    "RNN: input must be (T, B, 2), or (T, 2) for one sequence, got (4, 3).",
    () => new RNN(2, 3).forward(zeros([4, 3])),
  ],
  [
    "LSTM: input must be (T, B, 65), or (T, 65) for one sequence, got (4, 2, 64).",
    () => new LSTM(65, 8).forward(zeros([4, 2, 64])),
  ],
  [
    "GRU: input must be (B, T, 2), or (T, 2) for one sequence, got (4, 1, 3).",
    () => new GRU(2, 3, { batchFirst: true }).forward(zeros([4, 1, 3])),
  ],
  [
    "GRU: input must be (T, B, 2), or (T, 2) for one sequence, got (2).",
    () => new GRU(2, 3).forward(zeros([2])),
  ],
  [
    "GRU: input (0, 1, 2) has no time step; give at least one.",
    () => new GRU(2, 3).forward(zeros([0, 1, 2])),
  ],
  [
    "GRU: input (1, 0, 2) has no time step; give at least one.",
    () => new GRU(2, 3, { batchFirst: true }).forward(zeros([1, 0, 2])),
  ],
  [
    "GRU: input (0, 2) has no time step; give at least one.",
    () => new GRU(2, 3, { batchFirst: true }).forward(zeros([0, 2])),
  ],
  [
    "LSTMCell: input must be (B, 2), or (2) without a batch, got (4, 3).",
    () => new LSTMCell(2, 3).forward(zeros([4, 3])),
  ],
  [
    "RNNCell: input must be (B, 2), or (2) without a batch, got (1, 4, 2).",
    () => new RNNCell(2, 3).forward(zeros([1, 4, 2])),
  ],
  // States.
  [
    "RNN: state must be (2, 4, 3), got (1, 4, 3).",
    () => new RNN(2, 3, { numLayers: 2 }).forward(zeros([5, 4, 2]), zeros([1, 4, 3])),
  ],
  [
    "GRU: state must be (4, 3), got (4, 1, 3).",
    () => new GRU(2, 3, { numLayers: 2, bidirectional: true }).forward(zeros([5, 2]), zeros([4, 1, 3])),
  ],
  [
    "LSTM: state.h must be (1, 2, 4), got (1, 2, 8).",
    () =>
      new LSTM(3, 8, { projSize: 4 }).forward(zeros([1, 2, 3]), { h: zeros([1, 2, 8]), c: zeros([1, 2, 8]) }),
  ],
  [
    "LSTM: state.c must be (1, 2, 8), got (1, 3, 8).",
    () => new LSTM(3, 8).forward(zeros([1, 2, 3]), { h: zeros([1, 2, 8]), c: zeros([1, 3, 8]) }),
  ],
  [
    "LSTM: the state must be { h, c } of two tensors; pass what forward() returned.",
    () => new LSTM(3, 8).forward(zeros([1, 2, 3]), wrong(zeros([1, 2, 8]))),
  ],
  [
    "GRU: the state is no tensor; pass h, as forward() returned it.",
    () =>
      new GRU(3, 8).forward(zeros([1, 2, 3]), wrong<Tensor>({ h: zeros([1, 2, 8]), c: zeros([1, 2, 8]) })),
  ],
  [
    "GRUCell: state must be (4, 3), got (1, 3).",
    () => new GRUCell(2, 3).forward(zeros([4, 2]), zeros([1, 3])),
  ],
  [
    "LSTMCell: state.c must be (3), got (1, 3).",
    () => new LSTMCell(2, 3).forward(zeros([2]), { h: zeros([3]), c: zeros([1, 3]) }),
  ],
  [
    "LSTMCell: the state must be { h, c } of two tensors; pass what forward() returned.",
    () => new LSTMCell(2, 3).forward(zeros([1, 2]), wrong([zeros([1, 3]), zeros([1, 3])])),
  ],
  // Lengths.
  [
    "RNN: there are 3 lengths for 2 rows; give one length for each row.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, { lengths: [4, 4, 4] }),
  ],
  [
    "RNN: lengths[1] is 5; use a whole number from 1 to 4, the time steps of the input.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, { lengths: [4, 5] }),
  ],
  [
    "RNN: lengths[0] is 0; use a whole number from 1 to 3, the time steps of the input.",
    () =>
      new RNN(2, 3, { batchFirst: true }).forward(zeros([2, 3, 2]), undefined, {
        lengths: new Int32Array([0, 3]),
      }),
  ],
  [
    "RNN: lengths[0] is 1.5; use a whole number from 1 to 4, the time steps of the input.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, { lengths: [1.5, 2] }),
  ],
  [
    "RNN: lengths is of class Tensor; use an array of 2 whole numbers from 1 to 4.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, { lengths: wrong(zeros([2])) }),
  ],
  [
    "RNN: lengths is 3; use an array of 2 whole numbers from 1 to 4.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, { lengths: wrong(3) }),
  ],
  [
    "RNN: lengths belong to the rows of a batch, and input (4, 2) is one sequence; slice it instead.",
    () => new RNN(2, 3).forward(zeros([4, 2]), undefined, { lengths: [3] }),
  ],
  [
    "RNN: the options are [2,4]; use an object, { lengths: … }.",
    () => new RNN(2, 3).forward(zeros([4, 2, 2]), undefined, wrong([2, 4])),
  ],
  // Sizes and options.
  ["LSTM: inputSize is 2.5; use a whole number ≥ 1.", () => new LSTM(2.5, 3)],
  ["GRU: hiddenSize is 0; use a whole number ≥ 1.", () => new GRU(2, 0)],
  ["GRUCell: hiddenSize is -1; use a whole number ≥ 1.", () => new GRUCell(2, -1)],
  ["LSTM: numLayers is 0; use a whole number ≥ 1.", () => new LSTM(2, 3, { numLayers: 0 })],
  ["RNN: dropout is 1.5; use a probability in [0, 1].", () => new RNN(2, 3, { dropout: 1.5 })],
  ['RNN: bias is "no"; use true or false.', () => new RNN(2, 3, { bias: wrong("no") })],
  ["LSTMCell: bias is 0; use true or false.", () => new LSTMCell(2, 3, { bias: wrong(0) })],
  ["LSTM: bidirectional is 2; use true or false.", () => new LSTM(2, 3, { bidirectional: wrong(2) })],
  [
    "LSTM: projSize is 3; use a whole number from 1 to 2, less than hiddenSize, or 0 for none.",
    () => new LSTM(2, 3, { projSize: 3 }),
  ],
  [
    'GRU: there is no option "projSize"; use numLayers, bias, batchFirst, dropout, bidirectional, generator.',
    () => new GRU(2, 4, wrong({ projSize: 2 })),
  ],
  [
    'RNN: nonlinearity is "gelu"; use "tanh" or "relu".',
    () => new RNN(2, 3, { nonlinearity: wrong("gelu") }),
  ],
  [
    'RNNCell: nonlinearity is "sin"; use "tanh" or "relu".',
    () => new RNNCell(2, 3, { nonlinearity: wrong("sin") }),
  ],
  [
    'GRUCell: there is no option "nonlinearity"; use bias, generator.',
    () => new GRUCell(2, 3, wrong({ nonlinearity: "relu" })),
  ],
];

describe("a recurrent layer says what it expects:", () => {
  it.each(CASES)("%s", (message, run) => {
    expect(run).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  });
});
