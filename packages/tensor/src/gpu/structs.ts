import type { Kernel } from "@weft/kernels";
import { writeFields } from "./fields.js";

/** A number for each field of the structs that a kernel's binding is an array of. */
export type StructOf<K extends Kernel, B extends string> = string extends K["name"]
  ? Readonly<Record<string, number>>
  : Extract<K["bindings"][number], { readonly name: B }> extends { readonly fields: readonly (infer F)[] }
    ? { readonly [P in F as P extends { readonly name: infer N extends string } ? N : never]: number }
    : never;

/**
 * Structs of f32 for a binding of a kernel, side by side as the kernel reads them: every field by its name, so that no
 * order has to be kept in two places.
 *
 * @throws TypeError when a field is not given, or the binding is no array of structs of f32
 * @example
 * const group = { learningRate: 0.5, momentum: 0, keptGradient: 1, weightDecay: 0.25, sign: 1, nesterov: 0 };
 * Array.from(packStructs(kernels.sgd, "groups", [group])); // [0.5, 0, 1, 0.25, 1, 0]
 */
export function packStructs<K extends Kernel, B extends K["bindings"][number]["name"]>(
  kernel: K,
  binding: B,
  values: readonly StructOf<K, B>[],
): Float32Array<ArrayBuffer> {
  const { element, fields } = kernel.bindings.find(({ name }) => name === binding) ?? {};
  if (fields === undefined || element !== "f32") {
    throw new TypeError(
      `${kernel.file}: ${binding} is no array of structs of f32; bind a tensor of numbers.`,
    );
  }
  const packed = new Float32Array(values.length * fields.length);
  const view = new DataView(packed.buffer);
  for (const [i, value] of values.entries())
    writeFields(view, 4 * i * fields.length, fields, value, `${kernel.file}: ${binding}[${i}]`);
  return packed;
}
