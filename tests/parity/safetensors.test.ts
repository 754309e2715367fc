import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as nn from "@weft/nn";
import {
  decodeSafetensors,
  Embedding,
  encodeSafetensors,
  fromSafetensors,
  Linear,
  LSTM,
  Module,
  type StoredTensor,
  toSafetensors,
} from "@weft/nn";
import { loadSafetensors, saveSafetensors } from "@weft/nn/node";
import { open, type Tensor, tensor } from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "./close.js";
import { fixture, type Named, type Nested } from "./fixture.js";

/** A module with its input and what PyTorch makes of it. */
interface Case {
  readonly name: string;
  readonly kind: string;
  readonly sizes: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Nested;
  /** The output, and of recurrent layers the final states. */
  readonly outputs: Named;
}

const run = promisify(execFile);
const script = fileURLToPath(new URL("../fixtures/safetensors.py", import.meta.url));
const recorded = fixture<{ dtypes: string; cases: (Case & { file: string })[] }>("safetensors");
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

/** A language model whose decoder shares its weight with the embedding. */
class Tied extends Module {
  readonly embedding: Embedding;
  readonly recurrent: LSTM;
  readonly decoder: Linear;

  constructor(vocabulary: number, size: number) {
    super();
    this.embedding = new Embedding(vocabulary, size);
    this.recurrent = new LSTM(size, size);
    this.decoder = new Linear(size, vocabulary);
    this.decoder.weight = this.embedding.weight;
  }

  forward(ids: Tensor): Tensor {
    return this.decoder.forward(this.recurrent.forward(this.embedding.forward(ids)).output);
  }
}

type Runs = Module & { forward(x: Tensor): unknown };

function build({ kind, sizes, options }: Case): Runs {
  const kinds = { ...nn, Tied } as unknown as Record<string, new (...args: unknown[]) => Runs>;
  const Kind = kinds[kind];
  if (Kind === undefined) throw new Error(`there is no ${kind}`);
  return new Kind(...sizes, options).eval() as Runs;
}

const isIds = ({ kind }: Case): boolean => kind === "Embedding" || kind === "Tied";

/** What Weft makes of the case's input, under PyTorch's names. */
async function outputsOf(module: Runs, example: Case): Promise<Named> {
  const result = module.forward(tensor(example.input, { dtype: isIds(example) ? "i32" : "f32" }));
  const plain = async (x: unknown) => (await (x as Tensor).toArray()) as Nested;
  if (typeof result !== "object" || result === null || !("state" in result))
    return { output: await plain(result) };
  const { output, state } = result as { output: Tensor; state: Tensor | { h: Tensor; c: Tensor } };
  const states =
    "c" in state ? { h: await plain(state.h), c: await plain(state.c) } : { h: await plain(state) };
  return { output: await plain(output), ...states };
}

/** Names, dtypes and shapes, by name. */
const outlineOf = (tensors: ReadonlyMap<string, StoredTensor>) =>
  Object.fromEntries([...tensors].map(([name, { dtype, shape }]) => [name, `${dtype} ${shape}`]));

/** A python3 that has PyTorch, if there is one. */
async function findPython(): Promise<string | undefined> {
  for (const python of ["python3", "/usr/bin/python3", "python"]) {
    const found = await run(python, ["-c", "import torch"]).catch(() => undefined);
    if (found !== undefined) return python;
  }
  return undefined;
}

beforeAll(async () => {
  await open();
});

describe("a file that PyTorch wrote", () => {
  it.each(recorded.cases)("of $name gives PyTorch's outputs", async (example) => {
    const module = build(example);
    module.loadStateDict(fromSafetensors(bytesOf(example.file)).tensors);
    expectClose(example.name, await outputsOf(module, example), example.outputs);
  });

  it.each(recorded.cases)(
    "of $name has the names, dtypes and shapes of Weft's, and its numbers",
    async (example) => {
      const theirs = decodeSafetensors(bytesOf(example.file)).tensors;
      const module = build(example);
      const before = decodeSafetensors(await toSafetensors(module.stateDict())).tensors;
      expect(outlineOf(before)).toEqual(outlineOf(theirs));
      module.loadStateDict(fromSafetensors(bytesOf(example.file)).tensors);
      const after = decodeSafetensors(await toSafetensors(module.stateDict())).tensors;
      expect(Object.fromEntries(after)).toEqual(Object.fromEntries(theirs));
    },
  );

  it("is read in every dtype of PyTorch", async () => {
    await expectEveryDType(fromSafetensors(bytesOf(recorded.dtypes)).tensors);
    const { tensors } = decodeSafetensors(bytesOf(recorded.dtypes));
    const again = decodeSafetensors(encodeSafetensors(tensors)).tensors;
    expect(Object.fromEntries(again)).toEqual(Object.fromEntries(tensors));
  });
});

async function expectEveryDType(tensors: Readonly<Record<string, Tensor>>): Promise<void> {
  const values = Object.entries(tensors).map(
    async ([name, x]) => [name, [x.dtype, await x.toArray()]] as const,
  );
  const half = Math.fround(1.5);
  expect(Object.fromEntries(await Promise.all(values))).toEqual({
    F64: ["f32", [Math.fround(0.1), Number.NEGATIVE_INFINITY]],
    F32: [
      "f32",
      [
        [Math.fround(0.1), -0],
        [Number.POSITIVE_INFINITY, 2 ** -149],
      ],
    ],
    F16: [tensors["F16"]?.device.gpu.features.has("shader-f16") ? "f16" : "f32", [half, -65504, 2 ** -24]],
    BF16: ["f32", [half, -(2 ** 127) * (1 + 98 / 128)]],
    I64: ["i32", 2 ** 31 - 1],
    I32: ["i32", [-(2 ** 31), 7]],
    I16: ["i32", [-(2 ** 15)]],
    I8: ["i32", [-128, 127]],
    U8: ["i32", [[255]]],
    BOOL: ["bool", [true, false, true]],
    empty: ["f32", []],
  });
}

describe("PyTorch and Weft", () => {
  let python: string | undefined;
  let folder: string;

  beforeAll(async () => {
    python = await findPython();
    folder = await mkdtemp(join(tmpdir(), "weft-safetensors-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const files = (name: string) => join(folder, name);
  const NO_PYTORCH = "no python3 here imports torch: the recorded files stand for it";

  it("read what PyTorch writes now", async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTORCH);
    await run(python, [script, "write", folder]);
    const cases = JSON.parse(await readFile(files("cases.json"), "utf8")) as Case[];
    expect(cases.map(({ name }) => name)).toEqual(recorded.cases.map(({ name }) => name));
    for (const example of cases) {
      const module = build(example);
      module.loadStateDict((await loadSafetensors(files(`${example.name}.safetensors`))).tensors);
      expectClose(example.name, await outputsOf(module, example), example.outputs);
    }
    await expectEveryDType((await loadSafetensors(files("dtypes.safetensors"))).tensors);
  });

  it("PyTorch loads what Weft writes, with strict=True, and computes the same", async ({ skip }) => {
    if (python === undefined) return skip(NO_PYTORCH);
    const own: Record<string, Named> = {};
    for (const example of recorded.cases) {
      const module = build(example); // with parameters that Weft drew
      await saveSafetensors(files(`${example.name}.safetensors`), module.stateDict());
      await writeFile(files(`${example.name}.json`), JSON.stringify(example.input));
      own[example.name] = await outputsOf(module, example);
    }
    const half = { dtype: "F16", shape: [2], data: Uint16Array.of(0x3e00, 0xfbff) } as const;
    await saveSafetensors(files("dtypes.safetensors"), {
      float: tensor([[0.5, -3]]),
      ...nn.restoreTensors(new Map([["half", half]])),
      integer: tensor([-(2 ** 31), 7], { dtype: "i32" }),
      mask: tensor([true, false, true]),
      number: tensor(2),
    });
    await run(python, [script, "read", folder]);
    const { dtypes, ...theirs } = JSON.parse(await readFile(files("outputs.json"), "utf8"));
    expectClose("outputs", theirs as Record<string, Nested>, own as unknown as Record<string, Nested>);
    const hasHalf = (await open()).gpu.features.has("shader-f16");
    expect(dtypes).toEqual({
      float: ["torch.float32", [1, 2], [[0.5, -3]]],
      half: [hasHalf ? "torch.float16" : "torch.float32", [2], [1.5, -65504]],
      integer: ["torch.int32", [2], [-(2 ** 31), 7]],
      mask: ["torch.bool", [3], [true, false, true]],
      number: ["torch.float32", [], 2],
    });
  });
});
