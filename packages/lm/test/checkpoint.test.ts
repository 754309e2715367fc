import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CharacterTokenizer,
  type Checkpoint,
  CheckpointError,
  decodeCheckpoint,
  encodeCheckpoint,
  modelDefaults,
  parameterShapes,
  uniformNumbers,
} from "@weft/lm";
import { checkSaveFolder, loadCheckpoint, readText, saveCheckpoint } from "@weft/lm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "weft-checkpoint-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** A small checkpoint whose numbers come from a seed. */
function example(seed: number): Checkpoint {
  const tokenizer = new CharacterTokenizer("春眠 ab🌸\n");
  const config = {
    ...modelDefaults,
    cell: "gru",
    embedding: 3,
    hidden: 4,
    layers: 2,
    vocabulary: tokenizer.size,
  } as const;
  const next = uniformNumbers(seed);
  const parameters = new Map(
    [...parameterShapes(config)].map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { dtype: "F32", shape, data: Float32Array.from({ length: size }, next) }] as const;
    }),
  );
  const training = { batch: 2, sequence: 3, steps: 4, learningRate: 0.01, warmup: 0, clip: 1, seed };
  return { config, tokenizer, parameters, training, metrics: { step: 4, loss: 1.5 } };
}

const refused = async (files: { description: string; weights: Uint8Array<ArrayBuffer> }): Promise<string> => {
  const error: unknown = await decodeCheckpoint(files.description, async () => files.weights).catch((e) => e);
  expect(error).toBeInstanceOf(CheckpointError);
  expect((error as Error).message).toMatch(/^[^\n]+\.$/);
  return (error as Error).message;
};

describe("checkpoint", () => {
  test("gives back what was saved", async () => {
    const checkpoint = example(1);
    const files = await encodeCheckpoint(checkpoint);
    expect(files.weightsName).toMatch(/^model-[0-9a-f]{12}\.safetensors$/);
    const { tokenizer, ...rest } = await decodeCheckpoint(files.description, async (name) => {
      expect(name).toBe(files.weightsName);
      return files.weights;
    });
    const { tokenizer: before, ...restBefore } = checkpoint;
    expect(tokenizer.characters).toBe(before.characters);
    expect(rest).toEqual(restBefore);
  });

  test("names other numbers by another name, the same by the same", async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => encodeCheckpoint(example(seed))));
    expect(a?.weightsName).toBe(b?.weightsName);
    expect(a?.weightsName).not.toBe(c?.weightsName);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["another version", { version: 2 }, /version 2, and this Weft reads version 1/],
    ["another format", { format: "x" }, /describes no Weft model/],
    ["no model", { model: undefined }, /: model: expected .*damaged/],
    ["an unknown cell", { model: { cell: "xyz" } }, /model\.cell: expected/],
    ["a hidden size that is none", { model: { hidden: -4 } }, /model\.hidden/],
    ["a path as file name", { weights: { file: "../x" } }, /weights\.file/],
    ["characters out of order", { tokenizer: { characters: "ba" } }, /not in order/],
    ["another length", { weights: { bytes: 12 } }, /bytes where model.json says 12/],
    ["another hash", { weights: { sha256: "0".repeat(64) } }, /SHA-256/],
    ["a larger model", { model: { hidden: 1e9 } }, /weight_ih_l0 has shape/],
    ["more layers", { model: { layers: 3 } }, /lacks recurrent\.weight_ih_l2/],
    ["fewer layers", { model: { layers: 1 } }, /does not know/],
  ])("refuses a model.json of %s", async (_, changes, message) => {
    const files = await encodeCheckpoint(example(1));
    const json: Record<string, unknown> = JSON.parse(files.description);
    for (const [key, value] of Object.entries(changes)) {
      const isSection = typeof value === "object" && value !== null;
      json[key] = isSection ? { ...Object(json[key]), ...value } : value;
    }
    expect(await refused({ ...files, description: JSON.stringify(json) })).toMatch(message);
  });

  test("refuses a model.json that is no object", async () => {
    const files = await encodeCheckpoint(example(1));
    expect(await refused({ ...files, description: "7" })).toMatch(/describes no Weft model/);
  });

  test("refuses every cut and every changed byte of the weights", async () => {
    const files = await encodeCheckpoint(example(1));
    const next = uniformNumbers(2);
    for (let round = 0; round < 100; round++) {
      const at = Math.floor(next() * files.weights.length);
      await refused({ ...files, weights: files.weights.slice(0, at) });
      const changed = files.weights.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 + Math.floor(next() * 255));
      await refused({ ...files, weights: changed });
    }
  });

  test("refuses every cut of model.json, and bears random changes", async () => {
    const files = await encodeCheckpoint(example(1));
    const next = uniformNumbers(3);
    for (let round = 0; round < 200; round++) {
      const at = Math.floor(next() * (files.description.length - 2));
      await refused({ ...files, description: files.description.slice(0, at) });
      const letter = String.fromCharCode(32 + Math.floor(next() * 95));
      const description = files.description.slice(0, at) + letter + files.description.slice(at + 1);
      await decodeCheckpoint(description, async () => files.weights).catch((error) => {
        expect(error).toBeInstanceOf(CheckpointError);
      });
    }
  });
});

describe("a checkpoint folder", () => {
  test("is made, read and replaced, and keeps no old weights", async () => {
    const folder = join(scratch, "deep", "run");
    await saveCheckpoint(folder, example(1));
    await writeFile(join(folder, "notes.txt"), "mine");
    await saveCheckpoint(folder, example(2));
    const { weightsName } = await encodeCheckpoint(example(2));
    expect((await readdir(folder)).sort()).toEqual(["model.json", weightsName, "notes.txt"].sort());
    expect((await loadCheckpoint(folder)).parameters).toEqual(example(2).parameters);
  });

  test("is loadable at every moment, whenever the process that saves is killed", async () => {
    const folder = join(scratch, "killed");
    await saveCheckpoint(folder, example(1));
    const program = fileURLToPath(new URL("saveForever.mjs", import.meta.url));
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
      const ended = new Promise((resolve) => child.on("close", resolve));
      await new Promise((resolve) => child.stdout.once("data", resolve)); // the first of many saves is done
      await new Promise((resolve) => setTimeout(resolve, 7 * round + Math.random() * 20));
      child.kill("SIGKILL");
      await ended;
      expect((await loadCheckpoint(folder)).config.cell).toBe("gru");
    }
  });

  test.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ["does not exist", async () => {}, /does not exist; check the path/],
    ["is a file", (folder) => writeFile(folder, ""), /this is a file/],
    ["is empty", (folder) => mkdir(folder), /no checkpoint here \(no model.json\)/],
    [
      "lost its weights",
      async (folder) => {
        await saveCheckpoint(folder, example(1));
        const weights = (await readdir(folder)).find((name) => name.endsWith(".safetensors")) ?? "";
        await rm(join(folder, weights));
      },
      /model-[0-9a-f]{12}\.safetensors: cannot be read: it does not exist/,
    ],
  ])("is refused when it %s", async (name, prepare, message) => {
    const folder = join(scratch, name);
    await prepare(folder);
    await expect(loadCheckpoint(folder)).rejects.toThrow(message);
    await expect(loadCheckpoint(folder)).rejects.toThrow(CheckpointError);
  });

  test("is looked at before a training, without writing", async () => {
    const free = join(scratch, "free");
    await checkSaveFolder(join(free, "a", "b"));
    await expect(readdir(free)).rejects.toThrow();

    const file = join(scratch, "file");
    await writeFile(file, "");
    await expect(checkSaveFolder(file)).rejects.toThrow(/it is a file; give another folder/);
    await expect(checkSaveFolder(join(file, "run"))).rejects.toThrow(/file is a file; give another folder/);

    const foreign = join(scratch, "foreign");
    await mkdir(foreign);
    await writeFile(join(foreign, "model.json"), '{"format":"other"}');
    await expect(checkSaveFolder(foreign)).rejects.toThrow(/is not Weft's and would be lost/);

    const own = join(scratch, "own");
    await saveCheckpoint(own, example(1));
    await checkSaveFolder(own);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("must be writable", async () => {
    const closed = join(scratch, "closed");
    await mkdir(closed);
    await chmod(closed, 0o500);
    await expect(checkSaveFolder(join(closed, "run"))).rejects.toThrow(/permission denied/);
    await expect(saveCheckpoint(join(closed, "run"), example(1))).rejects.toThrow(/permission denied/);
  });

  test("leaves nothing half-written when it cannot be saved", async () => {
    const folder = join(scratch, "blocked");
    await mkdir(join(folder, "model.json"), { recursive: true }); // a folder where the file belongs
    await expect(saveCheckpoint(folder, example(1))).rejects.toThrow(/cannot be written: /);
    expect(await readdir(folder)).toEqual(["model.json"]);
  });
});

describe("readText", () => {
  test("reads a file, and says why it cannot", async () => {
    const path = join(scratch, "book.txt");
    await writeFile(path, "\uFEFF春眠\r\n🌸");
    expect(await readText(path)).toBe("春眠\n🌸");
    await expect(readText(join(scratch, "missing.txt"))).rejects.toThrow(
      /missing\.txt: cannot be read: it does not exist/,
    );
    await expect(readText(scratch)).rejects.toThrow(/it is a folder; give a file/);
    await expect(readText(join(path, "x"))).rejects.toThrow(/a part of the path is a file/);
    await writeFile(path, await readFile(process.execPath).then((bytes) => bytes.subarray(0, 999)));
    await expect(readText(path)).rejects.toThrow(/book\.txt: byte 0 at offset/);
  });
});
