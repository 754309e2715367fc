import { kernels } from "@weft/kernels";
import { keep, launch, type Tensor, WeftError, zeros } from "@weft/tensor";

export interface AdamOptions {
  readonly learningRate?: number;
  /** Decay of the mean of gradients and of their squares. */
  readonly betas?: readonly [beta1: number, beta2: number];
  readonly eps?: number;
  /** L2 penalty, added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma and Ba 2015) with PyTorch's defaults and formula:
 *
 * `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `θ ← θ − lr · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)`
 *
 * Parameters change in place; a parameter without a gradient is left alone. Nothing is read back from the GPU.
 *
 * @throws RangeError when an option is out of range
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const optimizer = new Adam([x], { learningRate: 0.1 });
 * x.square().sum().backward();
 * optimizer.step();
 * await x.toArray(); // [0.9]
 */
export class Adam {
  /** May be changed between steps, by a schedule for instance. */
  learningRate: number;
  readonly #options: {
    readonly beta1: number;
    readonly beta2: number;
    readonly eps: number;
    readonly weightDecay: number;
  };
  readonly #slots: { readonly parameter: Tensor; readonly m: Tensor; readonly v: Tensor; step: number }[];

  constructor(parameters: readonly Tensor[], options: AdamOptions = {}) {
    const {
      learningRate = 1e-3,
      betas: [beta1, beta2] = [0.9, 0.999],
      eps = 1e-8,
      weightDecay = 0,
    } = options;
    if (parameters.length === 0)
      throw new WeftError("Adam: there are no parameters; pass model.parameters().");
    const inUnit = (value: number) => value >= 0 && value < 1;
    const atLeastZero = (value: number) => value >= 0 && Number.isFinite(value);
    check("learningRate", learningRate, atLeastZero, "≥ 0");
    check("betas[0]", beta1, inUnit, "in [0, 1)");
    check("betas[1]", beta2, inUnit, "in [0, 1)");
    check("eps", eps, atLeastZero, "≥ 0");
    check("weightDecay", weightDecay, atLeastZero, "≥ 0");
    this.learningRate = learningRate;
    this.#options = { beta1, beta2, eps, weightDecay };
    this.#slots = [...new Set(parameters)].map((parameter) => {
      const { shape, device } = parameter;
      return { parameter, m: keep(zeros(shape, { device })), v: keep(zeros(shape, { device })), step: 0 };
    });
  }

  /** Changes every parameter by its gradient. */
  step(): void {
    const { beta1, beta2, eps, weightDecay } = this.#options;
    for (const slot of this.#slots) {
      const { parameter, m, v } = slot;
      const { grad: gradient, size } = parameter;
      if (gradient === undefined) continue;
      const t = ++slot.step;
      launch(
        kernels.adam,
        { parameter, gradient, m, v },
        {
          stepSize: this.learningRate / (1 - beta1 ** t),
          ...{ beta1, oneMinusBeta1: 1 - beta1, beta2, oneMinusBeta2: 1 - beta2 },
          rootCorrection2: Math.sqrt(1 - beta2 ** t),
          ...{ eps, weightDecay, size },
        },
        { invocations: size },
      );
    }
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const { parameter } of this.#slots) {
      parameter.grad?.dispose();
      parameter.grad = undefined;
    }
  }

  /** Frees the optimizer's own tensors; the parameters stay. */
  dispose(): void {
    for (const { m, v } of this.#slots) {
      m.dispose();
      v.dispose();
    }
  }
}

function check(name: string, value: number, isValid: (value: number) => boolean, range: string): void {
  if (!isValid(value)) throw new RangeError(`Adam: ${name} is ${value}; use a number ${range}.`);
}
