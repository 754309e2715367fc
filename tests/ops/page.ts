// The page docs/ops.md, made from the table that drives the tests: what it says of an op is what a test checks.
import type { DType } from "@weft/tensor";
import type { Row } from "./case.js";
import { families } from "./table.js";

const DTYPES: readonly DType[] = ["f32", "f16", "i32", "u32", "bool"];

const HEAD = `# Ops

What every op takes and what is proven of it. This page is written from the table that drives the tests (\`npm run docs\`), so each mark stands for checks that run:

- **dtypes**: ✓ means that results for this dtype are compared with a float64 reference; every other dtype of the first input (for where the condition) is refused by an error that a test reads; an op that makes a tensor has no input. f16 needs an adapter with shader-f16.
- **gradient**: compared with central differences of that reference; **double gradient**: second derivatives by differentiating the gradient again, compared with differences of differences.
- **cases**: sample inputs: odd shapes, broadcast, strided views, empty, rank 0, extreme values.

An op that makes tensors or asks a question has no gradient (–). \`maskedSelect\` and \`nonzero\` return promises, since their shape depends on data; tests/ops/masked.test.ts proves them. The docstring of an op gives formula, shapes and errors.
`;

const mark = (holds: boolean): string => (holds ? "✓" : "–");

function line({ name, dtypes, cases }: Row): string {
  const takes =
    dtypes.length === 0 ? DTYPES.map(() => "") : DTYPES.map((dtype) => mark(dtypes.includes(dtype)));
  const gradient = cases.some((example) => example.gradient);
  const twice = cases.some((example) => example.gradient && example.twice);
  return `| ${[`\`${name}\``, ...takes, mark(gradient), mark(twice), cases.length].join(" | ")} |`;
}

/** The text of docs/ops.md. */
export function page(): string {
  const sections = Object.entries(families).map(([family, rows]) => {
    const sorted = [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
    return [
      `## ${family}\n`,
      `| op | ${DTYPES.join(" | ")} | gradient | double gradient | cases |`,
      `|---|${DTYPES.map(() => ":-:|").join("")}:-:|:-:|--:|`,
      ...sorted.map(line),
      "",
    ].join("\n");
  });
  return [HEAD, ...sections].join("\n");
}
