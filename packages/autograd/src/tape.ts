import type { Call, Tensor } from "@weft/tensor";
import { callsBehind, newestFirst } from "./calls.js";

/** One call behind a loss. */
export interface TapeCall {
  readonly op: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /** Bytes of GPU memory that the results of this call hold; 0 for a view, which shares those of its input. */
  readonly bytes: number;
}

/**
 * The calls behind a loss, newest first. Printed, it is a table.
 *
 * @example
 * tape(square(ones([2], { requiresGrad: true }))).toString().split("\n")[0]; // "op      inputs  outputs  bytes"
 */
export class Tape {
  readonly calls: readonly TapeCall[];
  /** Bytes that all results on the tape hold, each buffer once; leaves are not counted, they live anyway. */
  readonly bytes: number;
  readonly #calls: readonly Call[];

  constructor(loss: Tensor) {
    this.#calls = newestFirst(callsBehind("tape", [loss]));
    const leaves = this.#calls.flatMap(({ inputs }) => inputs.filter(({ call }) => call === undefined));
    const counted = new Set(leaves.filter((x) => !x.disposed).map(({ storage }) => storage));
    const bytesOf = (x: Tensor): number => {
      if (x.disposed || counted.has(x.storage)) return 0;
      counted.add(x.storage);
      return x.storage.room;
    };
    // From the oldest on, so that a buffer is counted where it was made.
    this.calls = this.#calls
      .toReversed()
      .map(({ op, inputs, outputs }) => ({
        op: op.name,
        inputs: inputs.map(({ shape }) => shape),
        outputs: outputs.map(({ shape }) => shape),
        bytes: outputs.reduce((total, output) => total + bytesOf(output), 0),
      }))
      .reverse();
    this.bytes = this.calls.reduce((total, { bytes }) => total + bytes, 0);
  }

  /** The table. */
  toString(): string {
    const rows = this.calls.map((call) => [
      call.op,
      call.inputs.map(show).join(" "),
      call.outputs.map(show).join(" "),
      count(call.bytes),
    ]);
    const total = [
      `${this.calls.length} ${this.calls.length === 1 ? "call" : "calls"}`,
      "",
      "",
      count(this.bytes),
    ];
    const all = [["op", "inputs", "outputs", "bytes"], ...rows, total];
    const widths = [0, 1, 2, 3].map((column) =>
      Math.max(...all.map((row) => (row[column] as string).length)),
    );
    const line = (row: readonly string[]) =>
      row
        .map((cell, i) => (i === 3 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
        .join("  ");
    const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
    const [head, ...body] = all.map(line);
    return [head, rule, ...body.slice(0, -1), rule, body.at(-1)].join("\n");
  }

  /** Lets console.log of Node show the table. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /**
   * The calls as a graph in the language of Graphviz: `dot -Tsvg`. Boxes are calls, ovals the leaves, filled where they
   * require a gradient; the arrows run the way the values went.
   */
  toDot(): string {
    const names = new Map<Call | Tensor, string>();
    const nodes: string[] = [];
    const edges: string[] = [];
    for (const call of this.#calls.toReversed()) {
      const name = `call${names.size}`;
      for (const input of call.inputs) {
        const source = input.call ?? input;
        const known = names.get(source);
        const from = known ?? `leaf${names.size}`;
        if (known === undefined) {
          names.set(source, from);
          const label = `${input.dtype} ${show(input.shape)}`;
          nodes.push(
            `  ${from} [label=${quote(label)}, shape=oval${input.requiresGrad ? ", style=filled" : ""}];`,
          );
        }
        edges.push(`  ${from} -> ${name} [label=${quote(show(input.shape))}];`);
      }
      names.set(call, name);
      const label = [call.op.name, ...call.outputs.map(({ shape }) => show(shape))].join("\n");
      nodes.push(`  ${name} [label=${quote(label)}, shape=box];`);
    }
    return ["digraph tape {", ...nodes, ...edges, "}"].join("\n");
  }
}

/**
 * What `backward()` would read: the calls behind a loss, newest first, with shapes and the memory they hold.
 *
 * @throws WeftError when the calls were freed by an earlier backward
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const calls = tape(sum(square(x)));
 * calls.calls.map(({ op }) => op); // ["sum", "square"]
 * calls.toDot().startsWith("digraph"); // true
 */
export const tape = (loss: Tensor): Tape => new Tape(loss);

const show = (shape: readonly number[]): string => `(${shape.join(", ")})`;
const count = (bytes: number): string => bytes.toLocaleString("en-US");

/** A string of DOT: quotes and backslashes escaped, line ends as \\n. */
const quote = (text: string): string =>
  `"${text.replace(/[\\"]/g, (c) => `\\${c}`).replaceAll("\n", "\\n")}"`;
