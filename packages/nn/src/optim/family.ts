import type { Kernel } from "@weft/kernels";
import type { StructOf, Tensor } from "@weft/tensor";
import type { Rules } from "./options.js";

/** What makes an optimizer: its options, what it keeps, and its kernel. */
export interface Family<O, K extends Kernel = Kernel> {
  readonly name: string;
  readonly rules: Rules<O>;
  /** PyTorch's names of what may be kept for each element, and whether groups of these options need it. */
  readonly moments: Readonly<Record<string, (group: O) => boolean>>;
  /** PyTorch's name of a product that is kept for each parameter beside its steps, from 1 on. */
  readonly product?: string;
  /** What the moments of a group's parameters hold before the first step; 0 without it. */
  readonly initial?: (group: O) => number;
  /** Refuses options that are valid one by one and contradict each other. */
  readonly check?: (where: string, group: O) => void;
  readonly kernel: K;
  /** The numbers of a group, by their names in `struct Group` of the kernel. */
  readonly numbers: (group: O) => StructOf<K, "groups">;
  /** Launches the kernel on one arena. */
  readonly launch: (update: Update) => void;
}

/** What a family's kernel is launched with. */
export interface Update {
  readonly bindings: {
    readonly gradient: Tensor;
    readonly table: Tensor;
    readonly groups: Tensor;
    readonly state: Tensor;
    readonly parameter: Tensor;
  };
  /** The arena of a moment by its name; of one that is not kept a place-holder. */
  moment(name: string): Tensor;
  readonly params: {
    readonly blocks: number;
    readonly parameters: number;
    readonly partials: number;
    readonly turn: number;
    readonly isFirst: number;
    readonly clipNorm: number;
    readonly clipValue: number;
  };
  readonly options: { readonly workgroups: readonly [x: number, y: number, z: number] };
}

/** For moments that are always kept. */
export const always = (): boolean => true;

/** ln β for the kernels, which take it times the number of steps; finite where β is 0. */
export const logOf = (beta: number): number => Math.max(Math.log(beta), -1e4);
