// Calls that TypeScript forbids and JavaScript lets pass: one line that says what was given, and the cure.
import * as autograd from "@weft/autograd";
import { ones, open, square, type Tensor } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const wrong = (value: unknown): never => value as never;
const x = (): Tensor => ones([2], { requiresGrad: true });

const {
  backward,
  checkpoint,
  grad,
  gradients,
  hessian,
  hvp,
  jacobian,
  jvp,
  registerHook,
  valueAndGrad,
  vjp,
} = autograd;

const cases: readonly (readonly [message: string, run: () => unknown])[] = [
  ["backward: the loss is undefined, not a tensor; use tensor().", () => backward(wrong(undefined))],
  ["checkpoint: f is Tensor f32 (2); use a function, () => ….", () => checkpoint(wrong(x()))],
  ["grad: f is Tensor f32 (2); use a function, () => ….", () => grad(wrong(x()))],
  ["valueAndGrad: f is undefined; use a function, () => ….", () => valueAndGrad(wrong(undefined))],
  [
    "gradients: the outputs are undefined; use an array of tensors, [x].",
    () => gradients(wrong(undefined), [x()]),
  ],
  [
    "gradients: the inputs are Tensor f32 (2); use an array of tensors, [x].",
    () => gradients(x(), wrong(x())),
  ],
  ["gradients: input 2 is 3, not a tensor; use tensor().", () => gradients(x(), [x(), wrong(3)])],
  ["vjp: the inputs are 3; use an array of tensors, [x].", () => vjp(square, wrong(3))],
  ["vjp: v 1 is 3, not a tensor; use tensor().", () => vjp(square, x(), wrong([3]))],
  ["jvp: the vs are undefined; use an array of tensors, [x].", () => jvp(square, x(), wrong(undefined))],
  ["hvp: input 1 is null, not a tensor; use tensor().", () => hvp(square, [wrong(null)], [x()])],
  ["jacobian: f is Tensor f32 (2); use a function, () => ….", () => jacobian(wrong(x()), x())],
  [
    "jacobian: the inputs are undefined; use an array of tensors, [x].",
    () => jacobian(square, wrong(undefined)),
  ],
  ["hessian: the inputs are 1; use an array of tensors, [x].", () => hessian(square, wrong(1))],
  ["registerHook: input 1 is 3, not a tensor; use tensor().", () => registerHook(wrong(3), () => undefined)],
  [
    "registerHook: the hook is undefined; use a function, () => ….",
    () => registerHook(x(), wrong(undefined)),
  ],
];

const later: readonly (readonly [message: string, run: () => Promise<unknown>])[] = [
  ["detectAnomaly: the body is 3; use a function, () => ….", () => autograd.detectAnomaly(wrong(3))],
  ["gradcheck: f is undefined; use a function, () => ….", () => autograd.gradcheck(wrong(undefined), [x()])],
  ["gradcheck: the inputs are Tensor f32 (2); use an array", () => autograd.gradcheck(square, wrong(x()))],
  [
    "gradgradcheck: the inputs are undefined; use an array",
    () => autograd.gradgradcheck(square, wrong(undefined)),
  ],
];

describe("a wrong call", () => {
  it.each(cases)("says: %s", (message, run) => {
    expect(run).toThrow(message);
    expect(run).toThrow(TypeError);
  });

  it.each(later)("is refused with: %s", async (message, run) => {
    await expect(run()).rejects.toThrow(message);
  });
});
