import { checkOptions, Generator, type Tensor } from "@weft/tensor";

export interface DrawOptions {
  /** Source of the values: the same seed gives the same ones. Fresh entropy unless one is given. */
  readonly generator?: Generator;
}

/** Refuses options that are unknown, and a seed in the place of a generator. */
export function checkDraw(op: string, options: DrawOptions, known: readonly string[]): void {
  checkOptions(op, options, [...known, "generator"]);
  const { generator } = options;
  if (generator === undefined || generator instanceof Generator) return;
  throw new TypeError(`${op}: generator is ${JSON.stringify(generator)}; use new Generator(seed).`);
}

/** Where the values come from, if that was said. */
export const sourceOf = ({ generator }: DrawOptions): DrawOptions =>
  generator === undefined ? {} : { generator };

/** Dtype and device of a tensor, and where its values come from. */
export const drawing = ({ dtype, device }: Tensor, options: DrawOptions) => ({
  ...{ dtype, device },
  ...sourceOf(options),
});
