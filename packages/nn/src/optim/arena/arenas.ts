import { assign, type Device, keep, moveInto, Tensor, zeros } from "@weft/tensor";
import { type ArenaLayout, BLOCK, layOut, type Place } from "./layout.js";

/**
 * Tensors gathered in few buffers, one where the device can bind it, so that one dispatch reaches them all. What belongs
 * to them, such as gradients and moments, lies in arenas of the same layout. See docs/decisions/015.
 */
export class Arenas {
  readonly device: Device;
  readonly layout: ArenaLayout;
  readonly #tensors: readonly Tensor[];
  /** The arenas that hold the tensors themselves, each as a tensor of all its elements. */
  readonly #homes: readonly Tensor[];

  /** Moves the tensors into arenas, unless they lie in fitting ones already, an earlier optimizer's for instance. */
  constructor(tensors: readonly [Tensor, ...Tensor[]]) {
    this.device = tensors[0].device;
    this.#tensors = tensors;
    const sizes = tensors.map(({ size }) => size);
    this.layout = layOut(sizes, Math.floor(this.device.maxBytes / 4 / BLOCK) * BLOCK);
    this.#homes = this.#found() ?? this.zeros();
    this.settle();
  }

  /** Arenas of this layout filled with zeros. */
  zeros(): Tensor[] {
    const { device } = this;
    // An arena without blocks, of empty parameters alone, must be bound all the same.
    return this.layout.owners.map((blocks) => keep(zeros([Math.max(blocks.length, 1) * BLOCK], { device })));
  }

  /** The arenas of the tensors, where they are all at home again: another optimizer may have moved them. */
  settle(): readonly Tensor[] {
    for (const [i, tensor] of this.#tensors.entries()) {
      const { arena, offset } = this.#place(i);
      const home = this.#homes[arena] as Tensor;
      const { storage, size } = tensor;
      if (size > 0 && !(storage.arena === home.storage && storage.start === 4 * offset))
        moveInto(home, offset, tensor);
    }
    return this.#homes;
  }

  /** The part of arenas of this layout that belongs to tensor i, in its shape. */
  part(arenas: readonly Tensor[], i: number): Tensor {
    const { arena, offset } = this.#place(i);
    const { shape } = this.#tensors[i] as Tensor;
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
    return (arenas[arena] as Tensor).view({ shape, strides, offset });
  }

  /** Copies a tensor of the shape of tensor i into its part of arenas of this layout. */
  put(arenas: readonly Tensor[], i: number, source: Tensor): void {
    const part = this.part(arenas, i);
    assign(part, source);
    part.dispose();
  }

  /** Frees the arenas; those that tensors still lie in live on with them. */
  dispose(): void {
    for (const home of this.#homes) home.dispose();
  }

  #place(i: number): Place {
    return this.layout.places[i] as Place;
  }

  /** The arenas in which all tensors lie already, in this layout. */
  #found(): Tensor[] | undefined {
    const storages = this.layout.owners.map(
      (blocks) => blocks[0] !== undefined && this.#tensors[blocks[0]]?.storage.arena,
    );
    const areHome = this.#tensors.every(({ storage, size }, i) => {
      const { arena, offset } = this.#place(i);
      return size === 0 || (storage.arena === storages[arena] && storage.start === 4 * offset);
    });
    if (!areHome) return undefined;
    const found = storages.flatMap((storage, i) => {
      const size = storage ? storage.bytes / 4 : 0; // another's arena may be longer
      if (!storage || size < (this.layout.owners[i]?.length ?? 0) * BLOCK) return [];
      return [keep(new Tensor(this.device, storage, "f32", { shape: [size], strides: [1], offset: 0 }))];
    });
    return found.length === storages.length ? found : undefined;
  }
}
