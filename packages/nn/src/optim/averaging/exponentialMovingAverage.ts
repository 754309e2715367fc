import { checkOptions, type Tensor } from "@weft/tensor";
import { checkNumber, checkSwitch } from "../../optionChecks.js";
import { WeightAverages } from "./weightAverages.js";

export interface ExponentialMovingAverageOptions {
  /** The share of the average that an update leaves as it was. */
  readonly decay?: number;
  /** Begins with a smaller decay, (1 + n) / (10 + n) at update n, so that the first weights are soon forgotten. */
  readonly warmUp?: boolean;
}

/**
 * Exponential moving average of weights, for evaluation: smoother than the weights themselves (Polyak and Juditsky 1992;
 * Tarvainen and Valpola 2017). It starts from the parameters as they are; call `update()` after every optimizer step.
 *
 * `average ← decay · average + (1 − decay) · parameter`
 *
 * PyTorch's `get_ema_multi_avg_fn`; with `warmUp` torch_ema's `use_num_updates`.
 *
 * @throws RangeError when decay is not in [0, 1)
 * @throws TypeError when warmUp is neither true nor false
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const average = new ExponentialMovingAverage([x], { decay: 0.75 });
 * assign(x, tensor([3]));
 * average.update();
 * average.swapIn();
 * await x.toArray(); // [1.5]
 * average.swapOut();
 * await x.toArray(); // [3]
 */
export class ExponentialMovingAverage extends WeightAverages {
  readonly decay: number;
  readonly #warmUp: boolean;

  constructor(parameters: readonly Tensor[], options: ExponentialMovingAverageOptions = {}) {
    checkOptions("ExponentialMovingAverage", options, ["decay", "warmUp"]);
    const { decay = 0.999, warmUp = false } = options;
    checkNumber("ExponentialMovingAverage", "decay", decay, "in [0, 1)");
    checkSwitch("ExponentialMovingAverage", "warmUp", warmUp);
    super("ExponentialMovingAverage", parameters);
    this.decay = decay;
    this.#warmUp = warmUp;
  }

  /** Takes in the parameters as they are now. */
  update(): void {
    const n = this.updates + 1;
    this.average(1 - (this.#warmUp ? Math.min(this.decay, (1 + n) / (10 + n)) : this.decay));
  }
}
