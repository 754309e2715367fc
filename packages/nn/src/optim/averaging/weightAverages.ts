import { kernels } from "@weft/kernels";
import {
  assign,
  clone,
  keep,
  launch,
  ShapeError,
  scope,
  Tensor,
  WeftError,
  withRecording,
} from "@weft/tensor";
import { checkWhole } from "../../optionChecks.js";
import { checkSaved } from "../checkSaved.js";
import { checkParameters, checkTensors } from "../groups.js";
import { Stretches } from "./stretches.js";
import { noteSwap, refuseSwapped } from "./swappedIn.js";

/** What averages need to go on: tensors by the number of their parameter, and plain JSON. */
export interface AveragesState {
  /** `0.average`, `1.average`, … */
  readonly state: Readonly<Record<string, Tensor>>;
  readonly updates: number;
}

/**
 * Base of averages of weights over training. The averages lie in arenas as the parameters do in the optimizer's, so that
 * an update is one dispatch for each arena; where an optimizer moves the parameters, the averages follow at the next update.
 */
export abstract class WeightAverages {
  readonly #name: string;
  readonly #parameters: readonly [Tensor, ...Tensor[]];
  /** Of each parameter its average. */
  readonly #averages: readonly Tensor[];
  readonly #stretches: Stretches;
  #updates = 0;
  /** Where the averages are: "open" is between swapIn() and swapOut(), when there were none to put in. */
  #place: "out" | "open" | "in" = "out";

  protected constructor(name: string, parameters: readonly Tensor[]) {
    checkParameters(name, parameters);
    this.#name = name;
    this.#parameters = [...parameters] as [Tensor, ...Tensor[]];
    this.#averages = withRecording(false, () => parameters.map((parameter) => keep(clone(parameter))));
    this.#stretches = new Stretches(this.#parameters, this.#averages);
  }

  /** How many updates the averages hold. */
  get updates(): number {
    return this.#updates;
  }

  /** Whether the parameters hold the averages now. */
  get areIn(): boolean {
    return this.#place === "in";
  }

  /** Whether there is an average, so that it can take the place of the parameters. */
  protected get hasAverages(): boolean {
    return true;
  }

  /** `average ← average + share · (parameter − average)` */
  protected average(share: number): void {
    refuseSwapped(`${this.#name}: update()`, this.#parameters);
    this.#updates++;
    if (share === 1) {
      for (const [i, average] of this.#averages.entries()) assign(average, this.#parameters[i] as Tensor);
      return;
    }
    for (const { arena, first, averages } of this.#stretches.follow()) {
      const { device, size } = averages;
      const layout = { shape: [size], strides: [1], offset: first / 4 };
      const parameter = new Tensor(device, arena, "f32", layout);
      const quads = size / 4;
      launch(
        kernels.weightAverage,
        { parameter, average: averages },
        { share, quads },
        { invocations: quads },
      );
      parameter.dispose();
    }
  }

  /**
   * Puts the averages in place of the parameters, which are put aside, for evaluation; where there are none yet, the
   * parameters stay. Until `swapOut()` no optimizer steps with these parameters.
   *
   * @throws WeftError when these or other averages are in already
   */
  swapIn(): void {
    refuseSwapped(`${this.#name}: swapIn()`, this.#parameters);
    if (this.hasAverages) this.#swap();
    this.#place = this.hasAverages ? "in" : "open";
    noteSwap(this.#parameters, this.#name);
  }

  /**
   * Puts the parameters back in their place after `swapIn()`.
   *
   * @throws WeftError when there was no swapIn()
   */
  swapOut(): void {
    if (this.#place === "out")
      throw new WeftError(`${this.#name}: swapOut() without swapIn(); call swapIn() first.`);
    if (this.areIn) this.#swap();
    this.#close();
  }

  /**
   * Copies the averages into tensors of the same shapes, such as the parameters of another model.
   *
   * @throws TypeError when the targets are no list of tensors
   * @throws ShapeError when their number or shapes differ
   */
  copyTo(targets: readonly Tensor[]): void {
    checkTensors(`${this.#name}: copyTo`, targets);
    const sources = this.areIn || !this.hasAverages ? this.#parameters : this.#averages;
    const shown = (tensors: readonly Tensor[]) =>
      tensors.map(({ shape }) => `(${shape.join(", ")})`).join(", ");
    if (shown(targets) !== shown(sources)) {
      throw new ShapeError(
        `${this.#name}: copyTo: the targets are ${shown(targets)} and the averages ${shown(sources)}; give tensors of one shape.`,
      );
    }
    withRecording(false, () => {
      for (const [i, target] of targets.entries()) assign(target, sources[i] as Tensor);
    });
  }

  /** Copies of the averages, with which a new object goes on to the bit. */
  stateDict(): AveragesState {
    const sources = this.areIn ? this.#parameters : this.#averages;
    const copies = withRecording(false, () => sources.map((source, i) => [`${i}.average`, clone(source)]));
    return { state: Object.fromEntries(copies), updates: this.#updates };
  }

  /**
   * Copies a state into the averages.
   *
   * @throws TypeError when the state is none
   * @throws WeftError when an average is missing, or the averages are in
   * @throws ShapeError when a shape differs
   */
  loadStateDict(saved: AveragesState): void {
    const name = `${this.#name}: loadStateDict`;
    checkSaved(name, saved, ["state", "updates"]);
    const { state, updates } = saved;
    checkWhole(name, "updates", updates, 0);
    if (this.areIn) throw new WeftError(`${name}: the averages are in; call swapOut() first.`);
    const pairs = this.#averages.map((average, i) => {
      const source = state[`${i}.average`];
      if (source === undefined)
        throw new WeftError(`${name}: ${i}.average is missing; load the averages of the same parameters.`);
      if (source.shape.join() === average.shape.join()) return [average, source] as const;
      throw new ShapeError(
        `${name}: ${i}.average is (${source.shape.join(", ")}) in the state and (${average.shape.join(", ")}) here; ` +
          "load the averages of the same parameters.",
      );
    });
    withRecording(false, () => {
      for (const [average, source] of pairs) assign(average, source);
    });
    this.#updates = updates;
  }

  /** Frees the averages; the parameters stay as they are. */
  dispose(): void {
    if (this.#place !== "out") this.#close();
    for (const average of this.#averages) average.dispose();
    this.#stretches.dispose();
  }

  #close(): void {
    this.#place = "out";
    noteSwap(this.#parameters, undefined);
  }

  #swap(): void {
    withRecording(false, () => {
      for (const [i, parameter] of this.#parameters.entries()) {
        scope(() => {
          const average = this.#averages[i] as Tensor;
          const aside = clone(parameter);
          assign(parameter, average);
          assign(average, aside);
        });
      }
    });
  }
}
