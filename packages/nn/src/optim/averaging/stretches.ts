import { keep, moveInto, type Tensor, zeros } from "@weft/tensor";
import { Arenas } from "../arena/arenas.js";

/** A stretch of an arena from the first of the averaged parameters in it to the last, and the averages beside it. */
export interface Stretch {
  readonly arena: Tensor["storage"];
  readonly first: number; // bytes
  readonly averages: Tensor;
}

/** The memory of averages: they lie as their parameters do in the optimizer's arenas, so that an update is one dispatch each. */
export class Stretches {
  readonly #parameters: readonly [Tensor, ...Tensor[]];
  /** Of each parameter its average. */
  readonly #averages: readonly Tensor[];
  #stretches: readonly Stretch[] = [];

  constructor(parameters: readonly [Tensor, ...Tensor[]], averages: readonly Tensor[]) {
    this.#parameters = parameters;
    this.#averages = averages;
  }

  /** Lets the averages lie as the parameters lie now, and returns where. */
  follow(): readonly Stretch[] {
    const filled = this.#parameters.flatMap((parameter, i) =>
      parameter.size > 0 ? [[parameter, i] as const] : [],
    );
    if (filled.every(([parameter, i]) => this.#isBeside(parameter, i))) return this.#stretches;
    // Parameters that no optimizer has gathered are gathered here; they keep the arena alive.
    if (filled.some(([{ storage }]) => storage.arena === undefined)) new Arenas(this.#parameters).dispose();
    const before = this.#stretches;
    const arenas = [...new Set(filled.map(([{ storage }]) => storage.arena as Tensor["storage"]))];
    this.#stretches = arenas.map((arena) => {
      const inside = filled.filter(([{ storage }]) => storage.arena === arena);
      const first = Math.min(...inside.map(([{ storage }]) => storage.start));
      const end = Math.max(...inside.map(([{ storage }]) => storage.start + storage.room));
      const averages = keep(zeros([(end - first) / 4], { device: this.#parameters[0].device }));
      for (const [{ storage }, i] of inside)
        moveInto(averages, (storage.start - first) / 4, this.#averages[i] as Tensor);
      return { arena, first, averages };
    });
    for (const { averages } of before) averages.dispose();
    return this.#stretches;
  }

  dispose(): void {
    for (const { averages } of this.#stretches) averages.dispose();
  }

  /** Whether an average lies beside its parameter. */
  #isBeside({ storage }: Tensor, i: number): boolean {
    const average = this.#averages[i]?.storage;
    return this.#stretches.some(
      ({ arena, first, averages }) =>
        storage.arena === arena &&
        average?.arena === averages.storage &&
        storage.start - first === average.start,
    );
  }
}
