import { type Array64, build, get } from "../array.js";
import { total } from "./reduce.js";

/** An array of another shape that takes the element at each index from where `from` says. */
export const moved =
  (shape: readonly number[], from: (index: number[]) => readonly number[]) =>
  (x: Array64): Array64 =>
    build(shape, (i) => get(x, from(i)));

/** The part start … end − 1 of an axis. */
export const slice =
  (axis: number, start: number, end: number) =>
  (x: Array64): Array64 =>
    build(x.shape.with(axis, end - start), (i) => get(x, i.with(axis, (i[axis] as number) + start)));

export const cat =
  (axis: number) =>
  (...parts: Array64[]): Array64 => {
    const shape = (parts[0] as Array64).shape.with(
      axis,
      total(parts.map((part) => part.shape[axis] as number)),
    );
    return build(shape, (i) => {
      let at = i[axis] as number;
      const part = parts.find(({ shape }) => {
        const inside = at < (shape[axis] as number);
        if (!inside) at -= shape[axis] as number;
        return inside;
      });
      return get(part as Array64, i.with(axis, at));
    });
  };
