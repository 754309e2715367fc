import { bytesPerElement, type Tensor } from "@weft/tensor";
import type { Module } from "../module.js";
import { described } from "../naming/describe.js";
import { isModule } from "../naming/walk.js";
import { outputsOf, show } from "./outputs.js";

/** How many numbers, and the bytes they take on the GPU. */
export interface Count {
  readonly count: number;
  readonly bytes: number;
}

/** A tensor of a module. */
export interface SummaryTensor extends Count {
  /** Its name in the module: `weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Whether it is trained; else it is a buffer. */
  readonly isParameter: boolean;
  /** The full name under which it was counted already, if it was. */
  readonly sameAs: string | undefined;
}

/** A module and its own tensors, without those of inner modules. */
export interface SummaryRow {
  /** From the model: `encoder.blocks.0`; "" for the model itself. */
  readonly name: string;
  /** Its place in the module around it: `blocks.0`. */
  readonly field: string;
  readonly class: string;
  /** How many modules stand around it. */
  readonly depth: number;
  /** What its forward returned, call by call; empty where no inputs were given or it was not called. */
  readonly outputs: readonly string[];
  readonly tensors: readonly SummaryTensor[];
  /** The name under which this very module stands already, if it does. */
  readonly sameAs: string | undefined;
}

/**
 * A model as a table: `toString()` writes it, the fields hold it.
 *
 * @example
 * class Two extends Module { first = new Linear(3, 4); second = new Linear(4, 1); }
 * const { rows, parameters } = summary(new Two());
 * rows.map(({ name }) => name); // ["", "first", "second"]
 * parameters; // { count: 21, bytes: 84 }
 */
export class Summary {
  /** A module before those inside it, in the order of the fields. */
  readonly rows: readonly SummaryRow[];
  /** What is trained, and what is only saved; tensors that modules share are counted once. */
  readonly parameters: Count;
  readonly buffers: Count;
  readonly #hasOutputs: boolean;

  constructor(model: Module, inputs: readonly unknown[]) {
    if (!isModule(model)) {
      throw new TypeError(`summary: the model is ${described(model)}, not a module; use summary(model).`);
    }
    this.#hasOutputs = inputs.length > 0;
    this.rows = rowsOf(model, this.#hasOutputs ? outputsOf(model, inputs) : new Map());
    const counted = (isParameter: boolean): Count => {
      const tensors = this.rows
        .flatMap((row) => row.tensors)
        .filter((tensor) => tensor.isParameter === isParameter && tensor.sameAs === undefined);
      const total = (of: (tensor: Count) => number) => tensors.reduce((sum, tensor) => sum + of(tensor), 0);
      return { count: total(({ count }) => count), bytes: total(({ bytes }) => bytes) };
    };
    this.parameters = counted(true);
    this.buffers = counted(false);
  }

  /** The table as text: a line for each module, and for each of its tensors after the first. */
  toString(): string {
    const { parameters, buffers } = this;
    const both = { count: parameters.count + buffers.count, bytes: parameters.bytes + buffers.bytes };
    const head = ["module", "output", "tensor", "count", "bytes"];
    const body = this.rows.flatMap(linesOf);
    const totals = [
      ["parameters", "", "", ...numbers(parameters)],
      ...(buffers.count > 0
        ? [
            ["buffers", "", "", ...numbers(buffers)],
            ["total", "", "", ...numbers(both)],
          ]
        : []),
    ];
    const columns = [0, ...(this.#hasOutputs ? [1] : []), 2, 3, 4];
    const all = [head, ...body, ...totals];
    const widths = head.map((_, column) => Math.max(...all.map((line) => (line[column] as string).length)));
    const write = (line: readonly string[]): string =>
      columns
        .map((column) => {
          const [cell, width] = [line[column] as string, widths[column] as number];
          return column < 3 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd();
    const rule = "─".repeat(columns.reduce((sum, column) => sum + (widths[column] as number) + 2, -2));
    return [write(head), rule, ...body.map(write), rule, ...totals.map(write)].join("\n");
  }

  /** Lets console.log of Node show the table. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function rowsOf(model: Module, outputs: ReadonlyMap<object, readonly string[]>): SummaryRow[] {
  const modules = new Map<Module, string>();
  const tensors = new Map<Tensor, string>();
  const visit = (module: Module, around: string, field: string, depth: number): SummaryRow[] => {
    const name = around === "" ? field : `${around}.${field}`;
    const sameAs = modules.get(module);
    const row = { name, field, class: module.constructor.name, depth, sameAs };
    if (sameAs !== undefined) return [{ ...row, outputs: [], tensors: [] }];
    modules.set(module, name);
    const own = [...module.namedParameters({ recurse: false }), ...module.namedBuffers({ recurse: false })];
    const described = own.map(([part, tensor]): SummaryTensor => {
      const { shape, dtype, size, requiresGrad } = tensor;
      const first = tensors.get(tensor);
      if (first === undefined) tensors.set(tensor, name === "" ? part : `${name}.${part}`);
      const bytes = size * bytesPerElement(dtype);
      return {
        ...{ name: part, shape, dtype, isParameter: requiresGrad, sameAs: first },
        count: size,
        bytes,
      };
    });
    return [
      { ...row, outputs: outputs.get(module) ?? [], tensors: described },
      ...module.namedChildren().flatMap(([inner, child]) => visit(child, name, inner, depth + 1)),
    ];
  };
  return visit(model, "", "", 0);
}

const numbers = ({ count, bytes }: Count): string[] => [count, bytes].map((n) => n.toLocaleString("en-US"));

/** The cells of a module: its first tensor beside it, the others below. */
function linesOf({ field, class: kind, depth, outputs, tensors, sameAs }: SummaryRow): string[][] {
  const name = "  ".repeat(depth) + (field === "" ? kind : `${field}: ${kind}`);
  const lines = tensors.map((tensor) => {
    const { name, shape, dtype, isParameter, sameAs } = tensor;
    const what = [name, show(shape), dtype === "f32" ? "" : dtype, isParameter ? "" : "buffer"];
    const text = what.filter(Boolean).join(" ");
    return sameAs === undefined
      ? ["", "", text, ...numbers(tensor)]
      : ["", "", `${text} = ${sameAs}`, "", ""];
  });
  const [first = ["", "", "", "", ""], ...rest] = lines;
  const whole = sameAs === undefined ? name : `${name} = ${sameAs === "" ? "the model" : sameAs}`;
  return [[whole, called(outputs), ...first.slice(2)], ...rest];
}

/** What a module returned: each different shape once, and how often it was called if more than once. */
function called(outputs: readonly string[]): string {
  const times = outputs.length > 1 ? ` ×${outputs.length}` : "";
  const [a, b, c, ...more] = new Set(outputs);
  return (
    [a, b, c, more.length > 0 ? "…" : undefined].filter((text) => text !== undefined).join(" | ") + times
  );
}

/**
 * A table of a model's modules with their tensors, shapes, numbers and bytes. Given inputs, the model runs once, in evaluation
 * mode, and the shapes that come out of each module stand there too. Shared tensors are counted once. `console.log` shows it.
 * What forward writes in fields is set back; in #private ones it cannot be.
 *
 * @param inputs what `forward` takes; a list of numbers is a shape and stands for zeros
 * @throws TypeError when inputs are given and the model has no synchronous method forward
 * @example
 * class Two extends Module {
 *   first = new Linear(3, 4);
 *   second = new Linear(4, 1);
 *   forward(x) { return this.second.forward(this.first.forward(x)); }
 * }
 * const lines = String(summary(new Two(), [5, 3])).split("\n");
 * lines[3]; // "  first: Linear   (5, 4)  weight (4, 3)     12     48"
 * lines[4]; // "                          bias (4)           4     16"
 */
export const summary = (model: Module, ...inputs: readonly unknown[]): Summary => new Summary(model, inputs);
