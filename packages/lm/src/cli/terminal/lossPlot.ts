import { plot } from "simple-ascii-chart";

const COLUMNS = 64;
const ROWS = 12;

/**
 * The losses of a training as a curve of characters, at most 80 columns wide; empty for less than two steps.
 *
 * A long training has several steps in a column; the curve shows their mean.
 */
export function lossPlot(losses: readonly number[]): string {
  if (losses.length < 2) return "";
  const points = columnMeans(losses, COLUMNS - 4);
  const values = points.map(([, loss]) => loss);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const yTicks = roundTicks(low, high, 6);
  const decimals = Math.max(0, -Math.floor(Math.log10((yTicks[1] ?? 1) - (yTicks[0] ?? 0)) + 1e-9));
  const chart = plot(points, {
    width: COLUMNS,
    height: ROWS,
    yRange: [Math.min(low, yTicks[0] ?? low), Math.max(high, yTicks.at(-1) ?? high)],
    customYAxisTicks: yTicks,
    customXAxisTicks: roundTicks(1, losses.length, 6).filter((tick) => tick >= 1 && tick <= losses.length),
    formatter: (value, { axis }) => (axis === "y" ? value.toFixed(decimals) : String(Math.round(value))),
    symbols: { axis: { n: "│", e: "─" } },
  });
  const lines = chart.split("\n").map((line) => line.trimEnd());
  return `training loss (nats) by step\n${lines.filter((line) => line !== "").join("\n")}`;
}

/** One point for each column: its place between the first step and the last, and the mean of its steps' losses. */
function columnMeans(losses: readonly number[], columns: number): [step: number, loss: number][] {
  const count = Math.min(columns, losses.length);
  return Array.from({ length: count }, (_, column) => {
    const from = Math.floor((column * losses.length) / count);
    const part = losses.slice(from, Math.floor(((column + 1) * losses.length) / count));
    const step = 1 + (column * (losses.length - 1)) / (count - 1);
    return [step, part.reduce((sum, loss) => sum + loss, 0) / part.length];
  });
}

/** Round numbers (1, 2 or 5 times a power of ten apart) from at or below `low` to at or above `high`, about `count`. */
function roundTicks(low: number, high: number, count: number): number[] {
  const rough = Math.max((high - low) / count, 1e-6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
