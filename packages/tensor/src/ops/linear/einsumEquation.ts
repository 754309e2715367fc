// What an equation of einsum() means for operands of given shapes. Pure: no GPU, no Tensor.
import { ShapeError } from "../../errors.js";
import { at, MAX_RANK, type Shape, show } from "../../shape.js";

/**
 * One name for each axis: a letter, or for an axis under an ellipsis `…1` (the last), `…2` (the last but one), and so on,
 * so that ellipses of different ranks meet at their last axes.
 */
export type Index = string;

/** The indices of every operand's axes and of the result's, and how long each is. */
export interface Equation {
  readonly operands: readonly (readonly Index[])[];
  readonly output: readonly Index[];
  readonly lengths: ReadonlyMap<Index, number>;
}

const ELLIPSIS: string = "...";

/** Throws an error that names the equation. */
type Fail = (what: string, cure: string) => never;

/**
 * Reads an equation for operands of these shapes.
 *
 * @throws ShapeError when it is no equation, or does not fit the shapes
 */
export function parseEquation(equation: string, shapes: readonly Shape[]): Equation {
  const fail: Fail = (what, cure) => {
    throw new ShapeError(`einsum: ${what} in "${equation}"; ${cure}.`);
  };
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  if (more.length > 0) fail("there are two arrows", "write one ->");
  const terms = left.split(",");
  if (terms.length !== shapes.length) {
    fail(
      `${terms.length} operand${terms.length === 1 ? " is" : "s are"} named, ${shapes.length} given`,
      "separate the operands by commas",
    );
  }

  const operands = terms.map((term, i) => {
    const letters = lettersOf(term, fail);
    const shape = at(shapes, i);
    const named = letters.filter((letter) => letter !== ELLIPSIS).length;
    if (letters.includes(ELLIPSIS) ? named > shape.length : named !== shape.length) {
      fail(
        `"${term}" names ${named} ${named === 1 ? "axis" : "axes"} and operand ${i + 1} is ${show(shape)}`,
        named > shape.length
          ? "name no more than there are"
          : 'name every axis, or let "..." stand for the rest',
      );
    }
    return unfold(letters, shape.length - named);
  });
  const lengths = lengthsOf(operands, shapes, fail);

  const ellipsis = Math.max(0, ...operands.map((names) => names.filter(isUnderEllipsis).length));
  const output = right === undefined ? implied(operands, ellipsis) : unfold(lettersOf(right, fail), ellipsis);
  const unknown = output.find((index) => !lengths.has(index));
  if (unknown !== undefined) fail(`the output's index ${unknown} is in no operand`, "name an operand's");
  const twice = output.find((index, axis) => output.indexOf(index) !== axis);
  if (twice !== undefined) {
    fail(`index ${twice} stands twice in the output`, "a diagonal can be read, not written");
  }
  if (output.length > MAX_RANK) {
    fail(`the output has ${output.length} axes`, `at most ${MAX_RANK} are possible: sum over some of them`);
  }
  return { operands, output, lengths };
}

const isUnderEllipsis = (index: Index): boolean => index.startsWith("…");

/** The letters of one term; an ellipsis counts as one. */
function lettersOf(term: string, fail: Fail): string[] {
  const letters: string[] = term.match(/\.\.\.|./gsu) ?? [];
  const wrong = letters.find((letter) => letter !== ELLIPSIS && !/^[A-Za-z]$/.test(letter));
  if (wrong !== undefined) {
    fail(`"${wrong}" stands`, 'use letters, ",", "->" and "..."');
  }
  if (letters.indexOf(ELLIPSIS) !== letters.lastIndexOf(ELLIPSIS)) {
    fail(`"${term}" has two ellipses`, "use one");
  }
  return letters;
}

/** The letters with a name for each axis that the ellipsis covers. */
const unfold = (letters: readonly string[], covered: number): Index[] =>
  letters.flatMap((letter) =>
    letter === ELLIPSIS ? Array.from({ length: covered }, (_, i) => `…${covered - i}`) : [letter],
  );

/** The length of every index: equal wherever it occurs, but 1 stretches between operands. */
function lengthsOf(
  operands: readonly (readonly Index[])[],
  shapes: readonly Shape[],
  fail: Fail,
): Map<Index, number> {
  const lengths = new Map<Index, number>();
  for (const [i, names] of operands.entries()) {
    const own = new Map<Index, number>();
    for (const [axis, index] of names.entries()) {
      const length = at(at(shapes, i), axis);
      const name = isUnderEllipsis(index) ? `axis −${index.slice(1)} under the ellipsis` : `index ${index}`;
      const before = own.get(index) ?? length;
      if (before !== length) {
        fail(`${name} of operand ${i + 1} is ${before} and ${length} long`, "a diagonal needs one length");
      }
      own.set(index, length);
      const known = lengths.get(index) ?? 1;
      if (known !== length && known !== 1 && length !== 1) {
        fail(
          `${name} is ${known} long and, for operand ${i + 1}, ${length}`,
          "they must be equal or one of them 1",
        );
      }
      lengths.set(index, known === 1 ? length : known);
    }
  }
  return lengths;
}

/** The output without an arrow: the ellipsis, then every letter that occurs once, in alphabetical order (A … Z, a … z). */
function implied(operands: readonly (readonly Index[])[], ellipsis: number): Index[] {
  const all = operands.flat().filter((index) => !isUnderEllipsis(index));
  const once = all.filter((index) => all.indexOf(index) === all.lastIndexOf(index));
  return [...unfold([ELLIPSIS], ellipsis), ...once.sort()];
}
