import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Adam,
  decodeSafetensors,
  Embedding,
  encodeSafetensors,
  FileError,
  fromSafetensors,
  Linear,
  LSTM,
  Module,
  restoreTensors,
  type StoredTensor,
  storeTensors,
  toSafetensors,
} from "@weft/nn";
import { loadSafetensors, saveSafetensors } from "@weft/nn/node";
import {
  type Device,
  DisposedError,
  full,
  Generator,
  mul,
  ones,
  open,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entry, everyDType, file, headerOf } from "./safetensorsFiles.js";

let device: Device;
let scratch: string;
beforeAll(async () => {
  device = await open();
  scratch = await mkdtemp(join(tmpdir(), "weft-files-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const hasHalf = (): boolean => device.gpu.features.has("shader-f16");

/** A model whose decoder shares its weight with the embedding. */
class Tied extends Module {
  embedding = new Embedding(5, 3);
  decoder = new Linear(3, 5);

  constructor() {
    super();
    this.decoder.weight = this.embedding.weight;
  }
}

async function valuesOf(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, unknown>> {
  const pairs = Object.entries(tensors).map(async ([name, x]) => [name, await x.toArray()] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

describe("a state dict as bytes", () => {
  test("keeps dtypes, shapes and values", async () => {
    const state = {
      weight: tensor([
        [1, -2.5],
        [Number.NaN, 0],
      ]),
      ids: tensor([-7, 2 ** 31 - 1], { dtype: "i32" }),
      counts: tensor([2 ** 32 - 1], { dtype: "u32" }),
      mask: tensor([true, false, true]),
      number: tensor(4),
      none: zeros([0, 3]),
    };
    const bytes = await toSafetensors(state);
    const { tensors, metadata } = fromSafetensors(bytes);
    expect(metadata).toEqual({ format: "pt" });
    expect(await valuesOf(tensors)).toEqual(await valuesOf(state));
    const kinds = (of: Readonly<Record<string, Tensor>>) =>
      Object.entries(of)
        .map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape}`)
        .sort();
    expect(kinds(tensors)).toEqual(kinds(state));
    const dtypes = Object.entries(headerOf(bytes)).map(([name, about]) => [name, Object(about).dtype]);
    expect(Object.fromEntries(dtypes)).toMatchObject({
      ...{ weight: "F32", ids: "I32", counts: "U32", mask: "BOOL", number: "F32" },
    });
  });

  test("keeps f16 where the adapter has it, and reads it as f32 elsewhere", async () => {
    const stored = new Map([["half", everyDType.get("half") as StoredTensor]]);
    const { half } = restoreTensors(stored);
    expect(half?.dtype).toBe(hasHalf() ? "f16" : "f32");
    expect(await half?.toArray()).toEqual([1.5, Number.NEGATIVE_INFINITY, 2 ** -24]);
    if (!hasHalf()) return;
    expect(await storeTensors({ half: half as Tensor })).toEqual(stored);
  });

  test("packs tensors that are not contiguous", async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const stored = await storeTensors({ x: transpose(x), row: x.select(0, 1), column: x.select(1, 1) });
    expect([...stored]).toEqual([
      ["x", { dtype: "F32", shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) }],
      ["row", { dtype: "F32", shape: [3], data: Float32Array.of(4, 5, 6) }],
      ["column", { dtype: "F32", shape: [2], data: Float32Array.of(2, 5) }],
    ]);
  });

  test("holds a tied weight under both of its names", async () => {
    const model = new Tied();
    expect(model.parameters()).toHaveLength(2);
    const bytes = await toSafetensors(model.stateDict());
    const { tensors } = decodeSafetensors(bytes);
    expect([...tensors.keys()]).toEqual(["embedding.weight", "decoder.weight", "decoder.bias"]);
    expect(tensors.get("decoder.weight")).toEqual(tensors.get("embedding.weight"));
    const copy = new Tied();
    copy.loadStateDict(fromSafetensors(bytes).tensors);
    expect(await valuesOf(copy.stateDict())).toEqual(await valuesOf(model.stateDict()));
    expect(copy.decoder.weight).toBe(copy.embedding.weight);
  });

  test("is that of the moment of the call, though training goes on", async () => {
    const layer = new Linear(1, 1, { bias: false });
    layer.loadStateDict({ weight: full([1, 1], 3) });
    const bytes = toSafetensors(layer.stateDict());
    layer.loadStateDict({ weight: mul(layer.weight, 100) });
    expect(await valuesOf(fromSafetensors(await bytes).tensors)).toEqual({ weight: [[3]] });
  });

  test("loads into parameters of another dtype by a cast, as in PyTorch", async () => {
    const layer = new Linear(2, 1);
    const stored = new Map<string, StoredTensor>([
      ["weight", { dtype: "F64", shape: [1, 2], data: Float64Array.of(0.1, 1e300) }],
      ["bias", { dtype: "F16", shape: [1], data: Uint16Array.of(0x3e00) }],
    ]);
    layer.loadStateDict(restoreTensors(stored));
    expect(await valuesOf(layer.stateDict())).toEqual({
      weight: [[Math.fround(0.1), Number.POSITIVE_INFINITY]],
      bias: [1.5],
    });
    expect(layer.bias?.dtype).toBe("f32");
  });

  test("adds the metadata that are given to PyTorch's, or replaces them", async () => {
    const bytes = await toSafetensors({}, { epoch: "3", format: "weft" });
    expect(headerOf(bytes)).toEqual({ __metadata__: { format: "weft", epoch: "3" } });
  });

  test("is refused by a model with other names or shapes", async () => {
    const layer = new Linear(2, 1);
    const hostile = file(`{"__proto__":${entry(0, 4)},"weight":${entry(4, 8)}}`, 8);
    const { tensors } = fromSafetensors(hostile);
    expect(() => layer.loadStateDict(tensors)).toThrow(/bias missing; __proto__ unknown/);
  });
});

describe("what cannot go to the GPU", () => {
  const refused = (stored: StoredTensor): string => {
    const before = device.memory().tensors;
    const good: StoredTensor = { dtype: "F32", shape: [1], data: Float32Array.of(1) };
    const bytes = encodeSafetensors(
      new Map([
        ["good", good],
        ["x", stored],
      ]),
    );
    try {
      fromSafetensors(bytes, { name: "a.safetensors" });
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
      expect(device.memory().tensors).toBe(before);
      return (error as Error).message;
    }
    throw new Error("it was not refused");
  };

  test("is refused with the file's name, and leaves nothing behind", () => {
    expect(refused({ dtype: "I64", shape: [1], data: BigInt64Array.of(3_000_000_000n) })).toBe(
      'a.safetensors: tensor "x" holds 3000000000 as I64, and Weft\'s integers have 32 bits; ' +
        "store it as F32, or numbers that fit.",
    );
    expect(refused({ dtype: "BOOL", shape: [1], data: Uint8Array.of(9) })).toBe(
      'a.safetensors: tensor "x" holds 9 as a BOOL; use 0 and 1.',
    );
    expect(refused({ dtype: "U8", shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], data: Uint8Array.of(9) })).toMatch(
      /^a\.safetensors: tensor "x": tensor: rank is 9, .*at most 8 axes are possible\.$/,
    );
  });

  test("nor do options that are not known, or tensors that were freed", async () => {
    const bytes = encodeSafetensors(new Map());
    expect(() => fromSafetensors(bytes, { strict: true } as object)).toThrow(
      'fromSafetensors: there is no option "strict"; use device, name.',
    );
    const x = ones([2]);
    x.dispose();
    await expect(toSafetensors({ x })).rejects.toThrow(DisposedError);
  });
});

describe("a state dict in a file", () => {
  test("comes back with its metadata; folders are made, and nothing else is left", async () => {
    const path = join(scratch, "runs", "deep", "lstm.safetensors");
    const layer = new LSTM(3, 4, { numLayers: 2 });
    await saveSafetensors(path, layer.stateDict(), { epoch: "3" });
    expect(await readdir(join(scratch, "runs", "deep"))).toEqual(["lstm.safetensors"]);
    const { tensors, metadata } = await loadSafetensors(path);
    expect(metadata).toEqual({ format: "pt", epoch: "3" });
    const copy = new LSTM(3, 4, { numLayers: 2 });
    copy.loadStateDict(tensors);
    expect(await valuesOf(copy.stateDict())).toEqual(await valuesOf(layer.stateDict()));
  });

  test("may be an optimizer's, which then goes on to the bit", async () => {
    const path = join(scratch, "adam.safetensors");
    const start = () => {
      const layer = new Linear(3, 2, { generator: new Generator(1) });
      return { layer, optimizer: new Adam(layer.parameters(), { learningRate: 0.1, clipNorm: 1 }) };
    };
    const step = ({ layer, optimizer }: ReturnType<typeof start>, x: number) => {
      optimizer.zeroGrad();
      sum(square(layer.forward(full([1, 3], x)))).backward();
      optimizer.step();
    };
    const first = start();
    step(first, 1);
    const { state, groups } = first.optimizer.stateDict();
    await saveSafetensors(path, state, { groups: JSON.stringify(groups) });
    const second = start();
    step(second, 1);
    step(second, 5); // leads astray
    second.layer.loadStateDict(first.layer.stateDict());
    const saved = await loadSafetensors(path);
    second.optimizer.loadStateDict({
      state: saved.tensors,
      groups: JSON.parse(saved.metadata["groups"] as string),
    });
    for (const run of [first, second]) step(run, 2);
    expect(await valuesOf(second.layer.stateDict())).toEqual(await valuesOf(first.layer.stateDict()));
  });

  test("is the very file that toSafetensors gives, and replaces an older one", async () => {
    const path = join(scratch, "same.safetensors");
    await writeFile(path, "an older file");
    const state = { a: tensor([1, 2, 3]), none: zeros([0]), mask: tensor([true]) };
    await saveSafetensors(path, state);
    expect(new Uint8Array(await readFile(path))).toEqual(await toSafetensors(state));
  });

  test("is read in every dtype as from bytes", async () => {
    const path = join(scratch, "dtypes.safetensors");
    const bytes = encodeSafetensors(everyDType);
    await writeFile(path, bytes);
    const fromFile = await loadSafetensors(path);
    expect(await valuesOf(fromFile.tensors)).toEqual(await valuesOf(fromSafetensors(bytes).tensors));
    const shapes = Object.entries(fromFile.tensors).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(
      Object.fromEntries([...everyDType].map(([name, { shape }]) => [name, shape])),
    );
  });

  test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ["is missing", async () => {}, /: cannot be read: it does not exist; check the path\.$/],
    ["is a folder", (path) => mkdir(path), /: cannot be read: it is a folder; give a file\.$/],
    ["is empty", (path) => writeFile(path, ""), /: 0 bytes are too few for a header length; the file is/],
    [
      "is cut",
      (path) => writeFile(path, encodeSafetensors(everyDType).subarray(0, -1)),
      /: its tensors take/,
    ],
    [
      "is PyTorch's",
      (path) => writeFile(path, "PK\u0003\u0004 and so on"),
      /: it looks like a PyTorch checkpoint \(a zip file\), .* convert it in Python: safetensors\.torch\.save_file\(/,
    ],
    ["is text", (path) => writeFile(path, "hello, world"), /: a header of \d+ bytes does not fit in its 12/],
    [
      "holds a dtype Weft does not know",
      (path) => writeFile(path, file(`{"x":${entry(0, 1, '"dtype":"F8_E5M2","shape":[1]')}}`, 1)),
      /: tensor "x" has dtype "F8_E5M2"; store it as one of F64, F32/,
    ],
    [
      "holds numbers that do not fit, behind good ones",
      (path) =>
        writeFile(
          path,
          encodeSafetensors(
            new Map(everyDType).set("z", { dtype: "I64", shape: [1], data: BigInt64Array.of(2n ** 40n) }),
          ),
        ),
      /: tensor "z" holds 1099511627776 as I64/,
    ],
  ])("is refused when it %s", async (name, prepare, message) => {
    const path = join(scratch, `${name}.safetensors`);
    await prepare(path);
    const before = device.memory().tensors;
    const error: unknown = await loadSafetensors(path).catch((error) => error);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
    expect((error as Error).message).not.toContain("\n");
    expect(device.memory().tensors).toBe(before);
  });

  test("is not written where a folder stands, and no temporary file stays", async () => {
    const path = join(scratch, "taken", "x.safetensors");
    await mkdir(path, { recursive: true });
    await expect(saveSafetensors(path, { x: ones([1]) })).rejects.toThrow(FileError);
    await expect(saveSafetensors(path, { x: ones([1]) })).rejects.toThrow(
      /x\.safetensors: cannot be written: it is a folder/,
    );
    expect(await readdir(join(scratch, "taken"))).toEqual(["x.safetensors"]);
    await writeFile(join(scratch, "plain"), "");
    await expect(saveSafetensors(join(scratch, "plain", "x"), {})).rejects.toThrow(/is a file, not a folder/);
  });

  test.runIf(process.platform === "linux")("is not written where no file can be made", async () => {
    await expect(saveSafetensors("/proc/x.safetensors", { x: ones([1]) })).rejects.toThrow(
      new FileError(
        "/proc/x.safetensors: cannot be written: its folder takes no new files; give another path.",
      ),
    );
  });

  test("is read with known options alone", async () => {
    await expect(loadSafetensors("x", { name: "y" } as object)).rejects.toThrow(
      'loadSafetensors: there is no option "name"; use device.',
    );
  });
});
