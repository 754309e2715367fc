// What a kernel is launched with: the compiler knows its names, and the dtypes are checked when it is launched.
import type { Kernel, Knobs } from "@weft/kernels";
import { elementOf } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { Tensor } from "./tensor.js";

/** A tensor bound as it lies, from the start of its storage: for kernels that walk strides and offset themselves. */
export interface Strided {
  readonly strided: Tensor;
}

/** A tensor for each binding of the kernel. */
export type BindingsOf<K extends Kernel> = {
  readonly [B in K["bindings"][number] as B["name"]]: Tensor | Strided;
};

/** For each field of `struct Params` a number; an array for a vector or an array of vectors. */
export type ParamsOf<K extends Kernel> =
  IsParsed<K> extends true
    ? Readonly<Record<string, number | readonly number[]>>
    : {
        readonly [P in K["params"][number] as P["name"]]: P["type"] extends `array<${string}`
          ? readonly number[]
          : number;
      };

/** A number for each override and constant, a WGSL type for each alias; those not named keep what the file says. */
export type KnobsOf<K extends Kernel> =
  IsParsed<K> extends true
    ? Knobs
    : {
        readonly [N in keyof K["overrides"] | keyof K["constants"]]?: number;
      } & { readonly [N in keyof K["aliases"]]?: string };

/** Whether the kernel was parsed while the program ran: then its names are unknown to the compiler. */
type IsParsed<K extends Kernel> = string extends K["name"] ? true : false;

/**
 * Refuses a tensor that the kernel would read as another type. `u32` stands for words of any dtype, and a tensor that is
 * bound a second time may stand in where a variant of the kernel reads nothing.
 */
export function checkElements(
  kernel: Kernel,
  knobs: Knobs,
  bound: Readonly<Record<string, Tensor | Strided>>,
): void {
  const read = kernel.bindings.flatMap(({ name, element }) => {
    const value = bound[name];
    if (value === undefined) return [];
    const tensor = value instanceof Tensor ? value : value.strided;
    const expected = knobs[element] ?? kernel.aliases[element] ?? element;
    return [{ name, tensor, expected, fits: expected === elementOf(tensor.dtype) || expected === "u32" }];
  });
  const wrong = read.find(
    ({ tensor, fits }) => !fits && !read.some((other) => other.tensor === tensor && other.fits),
  );
  if (wrong === undefined) return;
  const { dtype } = wrong.tensor;
  throw new DTypeError(
    `${kernel.name}: ${wrong.name} is ${dtype} and the kernel reads ${wrong.expected}; ` +
      `use cast(), or set the kernel's alias to ${elementOf(dtype)}.`,
  );
}
