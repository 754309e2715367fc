import { keep, packStructs, type Tensor, tensor } from "@weft/tensor";
import type { Arenas } from "./arena/arenas.js";
import type { Family } from "./family.js";
import type { Group, GroupOptions } from "./groups.js";

/** The group of a parameter without a gradient, in the tables of the kernels. */
const IDLE = 0xffffffff;

/** What the kernels must know of the groups, kept on the GPU and uploaded again when it has changed. */
export class GroupTables {
  readonly #family: Family<GroupOptions>;
  readonly #groups: readonly Group<GroupOptions>[];
  readonly #arenas: Arenas;
  /** The number of each parameter's group. */
  readonly #groupOf: readonly number[];
  #owners: { readonly key: string; readonly tensors: readonly Tensor[] } | undefined;
  #options: { readonly key: string; readonly tensor: Tensor } | undefined;

  constructor(family: Family<GroupOptions>, groups: readonly Group<GroupOptions>[], arenas: Arenas) {
    this.#family = family;
    this.#groups = groups;
    this.#arenas = arenas;
    this.#groupOf = groups.flatMap(({ params }, group) => params.map(() => group));
  }

  /** For each arena whose blocks are whose, and whose group is which; only parameters with a gradient are active. */
  owners(active: readonly boolean[]): readonly Tensor[] {
    const key = active.map(Number).join("");
    if (this.#owners?.key === key) return this.#owners.tensors;
    const { device, layout } = this.#arenas;
    const groups = this.#groupOf.map((group, i) => (active[i] ? group : IDLE));
    const tensors = layout.owners.map((blocks) =>
      keep(tensor(Uint32Array.from([...blocks, ...groups]), { device })),
    );
    for (const before of this.#owners?.tensors ?? []) before.dispose();
    this.#owners = { key, tensors };
    return tensors;
  }

  /** The options of the groups, as the kernel of the family takes them. */
  options(): Tensor {
    const { kernel, numbers } = this.#family;
    const packed = packStructs(kernel, "groups", this.#groups.map(numbers));
    const key = packed.join();
    if (this.#options?.key === key) return this.#options.tensor;
    const made = keep(tensor(packed, { device: this.#arenas.device }));
    this.#options?.tensor.dispose();
    this.#options = { key, tensor: made };
    return made;
  }

  dispose(): void {
    for (const each of [...(this.#owners?.tensors ?? []), this.#options?.tensor]) each?.dispose();
  }
}
