import type { kernels } from "@weft/kernels";
import { type Device, full, type Shape, type Tensor } from "@weft/tensor";
import { type Numbers, requireEqual } from "./check.js";

export type KernelName = keyof typeof kernels;

/** What one run does, for the rates in the table; docs/benchmarks.md says how each is counted. */
export interface Work {
  readonly flops?: number;
  readonly bytes?: number;
  readonly tokens?: number;
}

/** One row of the table: something to run at one size. */
export interface Case {
  /** What `--filter` looks at. */
  readonly name: string;
  readonly size: string;
  /** The kernel that this case times; undefined for a case that runs many. */
  readonly kernel: KernelName | undefined;
  readonly work: Work;
  /** Why this device cannot run the case; undefined where it can. */
  skipped(device: Device): string | undefined;
  prepare(): Prepared;
}

/** A case with its tensors on the device. */
export interface Prepared {
  /** Runs once and compares with plain numbers; throws a WrongResult. */
  check(): Promise<void>;
  /** Encodes one run. */
  encode(): void;
  free(): void;
}

/** One kernel at one size, `N` being the names of its tensors. */
interface KernelCase<N extends string> {
  readonly kernel: KernelName;
  /** Follows the kernel's name where it has several cases of one size. */
  readonly variant?: string;
  readonly size: string;
  readonly work: Work;
  readonly skipped?: (device: Device) => string | undefined;
  readonly tensors: () => Readonly<Record<N, Tensor>>;
  /** Launches the kernel once, with the knobs that the op in @weft/tensor gives it. */
  readonly encode: (tensors: Readonly<Record<N, Tensor>>) => void;
  /** What the tensors that the kernel writes hold after one launch, in float64 and row-major. */
  readonly expected: () => { readonly [K in N]?: Numbers };
  /** Largest error, relative for numbers above 1. */
  readonly tolerance?: number;
}

export function kernelCase<N extends string>(definition: KernelCase<N>): Case {
  const { kernel, variant, size, work, skipped = () => undefined, tolerance = 1e-5 } = definition;
  const name = variant === undefined ? kernel : `${kernel} ${variant}`;
  return {
    ...{ name, size, kernel, work, skipped },
    prepare() {
      const tensors = definition.tensors();
      return {
        encode: () => definition.encode(tensors),
        async check() {
          definition.encode(tensors);
          for (const [key, expected] of Object.entries<Numbers>(
            definition.expected() as Record<N, Numbers>,
          )) {
            const { shape } = tensors[key as N];
            const got = await tensors[key as N].data();
            requireEqual({ what: `${name} ${size}`, key, shape, got, expected, tolerance });
          }
        },
        free() {
          for (const tensor of Object.values<Tensor>(tensors)) tensor.dispose();
        },
      };
    },
  };
}

/** A tensor to be written: it starts as NaN, since memory of an earlier case may hold the very result expected here. */
export const output = (...shape: Shape): Tensor => full(shape, Number.NaN);
