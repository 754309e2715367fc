import { type Array64, build, get, indices } from "../array.js";

/** An equation without spaces and ellipses, with an arrow. */
export type Loops = `${string}->${string}`;

/** Σ of the product of the operands' elements over every index that stands left of the arrow only. */
export const summation =
  (equation: Loops) =>
  (...operands: Array64[]): Array64 => {
    const [left, output] = equation.split("->") as [string, string];
    const terms = left.split(",");
    const lengths = new Map<string, number>();
    for (const [i, term] of terms.entries()) {
      for (const [axis, index] of [...term].entries()) {
        const length = operands[i]?.shape[axis] as number;
        if (length !== 1 || !lengths.has(index)) lengths.set(index, length);
      }
    }
    const shape = (list: Iterable<string>) => Array.from(list, (index) => lengths.get(index) as number);
    const summed = [...lengths.keys()].filter((index) => !output.includes(index));
    return build(shape(output), (place) => {
      let total = 0;
      for (const rest of indices(shape(summed))) {
        const value = (index: string): number =>
          (output.includes(index) ? place[output.indexOf(index)] : rest[summed.indexOf(index)]) as number;
        total += operands.reduce(
          (product, x, i) => product * get(x, [...(terms[i] as string)].map(value)),
          1,
        );
      }
      return total;
    });
  };
