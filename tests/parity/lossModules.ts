// The cases of tests/fixtures/ops.json that loss modules compute, by the case's name.
import {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from "@weft/nn";
import { logSoftmax } from "@weft/tensor";
import { of, type Run } from "./runners.js";

const perReduction = (["mean", "sum", "none"] as const).map(
  (reduction): Record<string, Run> => ({
    [`crossEntropy ${reduction}`]: of((x, t) => new CrossEntropyLoss({ reduction }).forward(x, t)),
    [`crossEntropy weight ${reduction}`]: of((x, t, weight) =>
      new CrossEntropyLoss({ reduction, weight }).forward(x, t),
    ),
    [`crossEntropy smooth ${reduction}`]: of((x, t, weight) =>
      new CrossEntropyLoss({ reduction, weight, labelSmoothing: 0.1 }).forward(x, t),
    ),
    [`crossEntropy probabilities ${reduction}`]: of((x, t, weight) =>
      new CrossEntropyLoss({ reduction, weight, labelSmoothing: 0.1 }).forward(x, t),
    ),
    [`nll ${reduction}`]: of((x, t, weight) => new NLLLoss({ reduction, weight }).forward(logSoftmax(x), t)),
    [`mse ${reduction}`]: of((x, t) => new MSELoss({ reduction }).forward(x, t)),
    [`l1 ${reduction}`]: of((x, t) => new L1Loss({ reduction }).forward(x, t)),
    [`smoothL1 ${reduction}`]: of((x, t) => new SmoothL1Loss({ reduction, beta: 0.5 }).forward(x, t)),
    [`huber ${reduction}`]: of((x, t) => new HuberLoss({ reduction, delta: 0.5 }).forward(x, t)),
    [`binaryCrossEntropy ${reduction}`]: of((x, t) => new BCELoss({ reduction }).forward(x, t)),
    [`binaryCrossEntropyWithLogits ${reduction}`]: of((x, t, weight, posWeight) =>
      new BCEWithLogitsLoss({ reduction, weight, posWeight }).forward(x, t),
    ),
    [`kl ${reduction}`]: of((x, t) => new KLDivLoss({ reduction }).forward(logSoftmax(x), t)),
  }),
);

export const lossModules: Readonly<Record<string, Run>> = Object.assign({}, ...perReduction, {
  "kl batchMean": of((x, t) => new KLDivLoss({ reduction: "batchMean" }).forward(logSoftmax(x), t)),
  "kl log target": of((x, t) =>
    new KLDivLoss({ reduction: "batchMean", logTarget: true }).forward(logSoftmax(x), logSoftmax(t)),
  ),
  "crossEntropy all ignored": of((x, t) => new CrossEntropyLoss().forward(x, t)),
  "crossEntropy of images": of((x, t) => new CrossEntropyLoss().forward(x, t)),
});
