// Rectifiers and their smooth kin as layers. None has parameters; all keep the shape.
import {
  checkOptions,
  elu,
  type GeluOptions,
  gelu,
  leakyRelu,
  relu,
  silu,
  softplus,
  type Tensor,
} from "@weft/tensor";
import { Module } from "../module.js";
import { checkChoice, checkNumber } from "../optionChecks.js";

/**
 * `max(x, 0)`; the function is `relu`. Shapes: any → the same.
 *
 * @example
 * await new ReLU().forward(tensor([-1, 2])).toArray(); // [0, 2]
 */
export class ReLU extends Module {
  static override readonly name: string = "ReLU";

  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/**
 * x for x ≥ 0, else `negativeSlope · x`; the function is `leakyRelu`. Shapes: any → the same.
 *
 * @throws RangeError when the slope is no finite number
 * @example
 * await new LeakyReLU({ negativeSlope: 0.1 }).forward(tensor([-1, 2])).toArray(); // [-0.1, 2]
 */
export class LeakyReLU extends Module {
  static override readonly name: string = "LeakyReLU";
  readonly negativeSlope: number;

  constructor(options: { readonly negativeSlope?: number } = {}) {
    super();
    checkOptions("LeakyReLU", options, ["negativeSlope"]);
    const { negativeSlope = 0.01 } = options;
    checkNumber("LeakyReLU", "negativeSlope", negativeSlope, "finite");
    this.negativeSlope = negativeSlope;
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope });
  }
}

/**
 * x for x > 0, else `α (eˣ − 1)` (Clevert et al. 2015); the function is `elu`. Shapes: any → the same.
 *
 * @throws RangeError when alpha is no finite number
 * @example
 * await new ELU().forward(tensor([-1, 2])).toArray(); // [-0.6321206, 2]
 */
export class ELU extends Module {
  static override readonly name: string = "ELU";
  readonly alpha: number;

  constructor(options: { readonly alpha?: number } = {}) {
    super();
    checkOptions("ELU", options, ["alpha"]);
    const { alpha = 1 } = options;
    checkNumber("ELU", "alpha", alpha, "finite");
    this.alpha = alpha;
  }

  forward(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha });
  }
}

/**
 * `x Φ(x)`, or its tanh approximation (Hendrycks and Gimpel 2016); the function is `gelu`. Shapes: any → the same.
 *
 * @throws RangeError when the approximation is unknown
 * @example
 * await new GELU({ approximate: "tanh" }).forward(tensor([1])).toArray(); // [0.841192]
 */
export class GELU extends Module {
  static override readonly name: string = "GELU";
  readonly approximate: "none" | "tanh";

  constructor(options: GeluOptions = {}) {
    super();
    checkOptions("GELU", options, ["approximate"]);
    const { approximate = "none" } = options;
    checkChoice("GELU", "approximate", approximate, ["none", "tanh"]);
    this.approximate = approximate;
  }

  forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }
}

/**
 * `x · σ(x)`, also called swish (Elfwing et al. 2017); the function is `silu`. Shapes: any → the same.
 *
 * @example
 * await new SiLU().forward(tensor([0, 1])).toArray(); // [0, 0.7310586]
 */
export class SiLU extends Module {
  static override readonly name: string = "SiLU";

  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/**
 * `ln (1 + e^(βx)) / β`, without overflow for any x, so that PyTorch's threshold is not needed; the function is
 * `softplus`. Shapes: any → the same.
 *
 * @throws RangeError when beta is not a number > 0
 * @example
 * await new Softplus().forward(tensor([0, 100])).toArray(); // [0.6931472, 100]
 */
export class Softplus extends Module {
  static override readonly name: string = "Softplus";
  readonly beta: number;

  constructor(options: { readonly beta?: number } = {}) {
    super();
    checkOptions("Softplus", options, ["beta"]);
    const { beta = 1 } = options;
    checkNumber("Softplus", "beta", beta, "> 0");
    this.beta = beta;
  }

  forward(x: Tensor): Tensor {
    return softplus(x, { beta: this.beta });
  }
}
