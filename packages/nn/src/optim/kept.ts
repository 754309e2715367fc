import { assign, fullLike, keep, scope, Tensor, tensor, zeros } from "@weft/tensor";
import { Arenas } from "./arena/arenas.js";
import type { Family } from "./family.js";
import type { Group, GroupOptions } from "./groups.js";

/** Words before the partial sums: the norm, and the count of skipped steps. */
const HEAD = 2;
/** Blocks for which one partial sum of squares is worth its workgroup. */
const BLOCKS_A_PARTIAL = 16;
const MOST_PARTIALS = 64;

/** What an optimizer keeps on the GPU from step to step. */
export class Kept {
  readonly parameters: readonly Tensor[];
  readonly arenas: Arenas;
  readonly gradients: readonly Tensor[];
  /** Arenas of the moments that are kept, by their names. */
  readonly moments: ReadonlyMap<string, readonly Tensor[]>;
  /** How many partial sums of squares each arena has. */
  readonly partials: readonly number[];
  /** Words: norm, skipped steps, partial sums; then two lists of the parameters' steps, and two of their products if kept. */
  readonly state: Tensor;
  readonly norm: Tensor;
  readonly #placeholders: ReadonlyMap<string, Tensor>;

  constructor(family: Family<GroupOptions>, groups: readonly Group<GroupOptions>[]) {
    this.parameters = groups.flatMap(({ params }) => params);
    this.arenas = new Arenas(this.parameters as [Tensor, ...Tensor[]]);
    this.gradients = this.arenas.zeros();
    const { device, layout } = this.arenas;
    const names = Object.entries(family.moments).map(
      ([name, needs]) => [name, groups.some((group) => needs(group))] as const,
    );
    this.moments = new Map(
      names.flatMap(([name, isKept]) => (isKept ? [[name, this.arenas.zeros()] as const] : [])),
    );
    this.#placeholders = new Map(
      names.flatMap(([name, isKept]) => (isKept ? [] : [[name, keep(zeros([4], { device }))] as const])),
    );
    this.partials = layout.owners.map((blocks) =>
      Math.min(MOST_PARTIALS, Math.max(1, Math.ceil(blocks.length / BLOCKS_A_PARTIAL))),
    );
    const words = new Uint32Array(this.#listAt(family.product === undefined ? 2 : 4));
    words.fill(new Uint32Array(Float32Array.of(1).buffer)[0] as number, this.#listAt(2)); // products begin at 1
    this.state = keep(tensor(words, { device }));
    this.norm = keep(this.#words("f32", [], 0));
  }

  /** The arena of a moment; of one that is not kept something to bind in its place. */
  moment(name: string, arena: number): Tensor {
    return (this.moments.get(name)?.[arena] ?? this.#placeholders.get(name)) as Tensor;
  }

  /** The number of skipped steps, as a view. */
  skipped(): Tensor {
    return this.#words("u32", [], 1);
  }

  /** The steps that parameter i has taken, as a view of the list that holds now. */
  steps(turn: number, i: number): Tensor {
    return this.#words("u32", [], this.#listAt(turn) + i);
  }

  /** The product that is kept for parameter i, as a view. */
  product(turn: number, i: number): Tensor {
    return this.#words("f32", [], this.#listAt(2 + turn) + i);
  }

  /** Fills the moments of parameter i with a number. */
  fill(i: number, value: number): void {
    scope(() => {
      for (const arenas of this.moments.values()) {
        const part = this.arenas.part(arenas, i);
        assign(part, fullLike(part, value));
      }
    });
  }

  dispose(): void {
    this.arenas.dispose();
    const arenas = [this.gradients, ...this.moments.values(), [...this.#placeholders.values()]].flat();
    for (const each of [...arenas, this.state, this.norm]) each.dispose();
  }

  #listAt(list: number): number {
    return HEAD + this.partials.reduce((a, b) => a + b, 0) + list * this.parameters.length;
  }

  #words(dtype: "f32" | "u32", shape: readonly number[], offset: number): Tensor {
    return new Tensor(this.state.device, this.state.storage, dtype, { shape, strides: [], offset });
  }
}
