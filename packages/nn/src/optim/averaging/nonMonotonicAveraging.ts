import { checkOptions, type Tensor } from "@weft/tensor";
import { checkSwitch, checkWhole, shown } from "../../optionChecks.js";
import { checkSaved } from "../checkSaved.js";
import { type AveragesState, WeightAverages } from "./weightAverages.js";

export interface NonMonotonicAveragingOptions {
  /** How many of the latest losses may lack a new best one before averaging begins. */
  readonly patience?: number;
}

/** What this averaging needs to go on. */
export interface NonMonotonicAveragesState extends AveragesState {
  readonly losses: readonly number[];
  readonly hasStarted: boolean;
}

/**
 * Averaged SGD that starts when it pays: NT-ASGD (Merity, Keskar, Socher 2017, algorithm 1), meant for an SGD optimizer
 * with a constant learning rate. Tell it every validation loss by `observe()`, and call `update()` after every step.
 *
 * Averaging begins with the first loss that is above the best of those more than `patience` checks ago; from then on the
 * average is the mean of the parameters after each step. Before that `swapIn()` does nothing.
 *
 * @throws RangeError when patience is no whole number ≥ 1
 * @throws WeftError when a parameter cannot be trained, or comes twice
 * @example
 * const x = tensor([1], { requiresGrad: true });
 * const average = new NonMonotonicAveraging([x], { patience: 2 });
 * [5, 4, 4.5, 4.2, 4.1].map((loss) => average.observe(loss)); // [false, false, false, false, true]
 * for (const value of [1, 2, 6]) {
 *   assign(x, tensor([value]));
 *   average.update();
 * }
 * average.swapIn();
 * await x.toArray(); // [3]
 */
export class NonMonotonicAveraging extends WeightAverages {
  readonly #patience: number;
  #losses: number[] = [];
  #hasStarted = false;

  constructor(parameters: readonly Tensor[], options: NonMonotonicAveragingOptions = {}) {
    checkOptions("NonMonotonicAveraging", options, ["patience"]);
    const { patience = 5 } = options;
    checkWhole("NonMonotonicAveraging", "patience", patience, 1);
    super("NonMonotonicAveraging", parameters);
    this.#patience = patience;
  }

  /** Whether averaging has begun. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  protected override get hasAverages(): boolean {
    return this.updates > 0;
  }

  /** Notes a validation loss, and returns whether averaging has begun. */
  observe(loss: number): boolean {
    const earlier = this.#losses.slice(0, -this.#patience);
    const best = Math.min(...earlier.filter((each) => !Number.isNaN(each)));
    // A loss that is no number is no improvement either.
    if (earlier.length > 0 && !(loss <= best)) this.#hasStarted = true;
    this.#losses.push(loss);
    return this.#hasStarted;
  }

  /** Takes in the parameters as they are now, if averaging has begun. */
  update(): void {
    if (this.#hasStarted) this.average(1 / (this.updates + 1));
  }

  override stateDict(): NonMonotonicAveragesState {
    return { ...super.stateDict(), losses: [...this.#losses], hasStarted: this.#hasStarted };
  }

  override loadStateDict(state: NonMonotonicAveragesState): void {
    const where = "NonMonotonicAveraging: loadStateDict";
    checkSaved(where, state, ["losses", "hasStarted"]);
    const { losses, hasStarted } = state;
    if (!Array.isArray(losses) || losses.some((loss) => typeof loss !== "number"))
      throw new TypeError(`${where}: losses is ${shown(losses)}; use a list of numbers.`);
    checkSwitch(where, "hasStarted", hasStarted);
    super.loadStateDict(state);
    this.#losses = [...losses];
    this.#hasStarted = hasStarted;
  }
}
