import type { Param } from "@weft/kernels";

/** For each field of a struct a number; an array for an array of vectors. */
export type FieldValues = Readonly<Record<string, number | readonly number[]>>;

/** Writes a struct as WGSL lays it out, every field by its name; `struct` names it in the message. */
export function writeFields(
  view: DataView,
  start: number,
  fields: readonly Param[],
  values: FieldValues,
  struct: string,
): void {
  for (const { name, type, offset } of fields) {
    const value = values[name];
    if (value === undefined) throw new TypeError(`${struct}.${name} is not given.`);
    const at = start + offset;
    if (type === "f32") view.setFloat32(at, value as number, true);
    else if (type === "i32") view.setInt32(at, value as number, true);
    else if (type === "u32") view.setUint32(at, value as number, true);
    else for (const [i, v] of (value as readonly number[]).entries()) view.setUint32(at + 4 * i, v, true);
  }
}
