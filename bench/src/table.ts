import type { CaseResult } from "./result.js";

/** The results as text, one line a case. */
export function table(results: readonly CaseResult[]): string {
  const rows = [
    ["name", "size", "median ms", "spread", "GFLOP/s", "GB/s", "tokens/s"],
    ...results.map(cells),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0))
      .join("  "),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function cells({ name, size, skipped, time, rates }: CaseResult): string[] {
  if (time === undefined) return [name, size, `skipped: ${skipped}`];
  const spread = (time.upperQuartileMs - time.lowerQuartileMs) / time.medianMs;
  return [
    ...[name, size, short(time.medianMs), `${(100 * spread).toFixed(0)} %`],
    ...[rates?.gigaflopsPerSecond, rates?.gigabytesPerSecond, rates?.tokensPerSecond].map(short),
  ];
}

/** Three digits, without an exponent. */
const short = (value: number | undefined): string =>
  value === undefined ? "" : value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
