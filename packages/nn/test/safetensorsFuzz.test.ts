import {
  decodeSafetensors,
  encodeSafetensors,
  FileError,
  fromSafetensors,
  numbersOf,
  type StoredTensor,
} from "@weft/nn";
import { open } from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entry, everyDType, file } from "./safetensorsFiles.js";
import { type Bytes, mutated, numbersFrom } from "./safetensorsMutation.js";

const floats = (...shape: number[]): StoredTensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return { dtype: "F32", shape, data: Float32Array.from({ length: size }, (_, i) => i - 1) };
};

/** Sound files to be damaged: of all dtypes, of a layer, empty, one byte off, with spaces, with nothing but words. */
const seeds: readonly Bytes[] = [
  encodeSafetensors(everyDType, { format: "pt", note: "鯨" }),
  encodeSafetensors(new Map([...everyDType].slice(0, 4))),
  encodeSafetensors(
    new Map([
      ["weight_ih_l0", floats(32, 3)],
      ["weight_hh_l0", floats(32, 8)],
      ["bias_ih_l0", floats(32)],
      ["bias_hh_l0", floats(32)],
    ]),
    { format: "pt" },
  ),
  encodeSafetensors(new Map()),
  file(`{"a":${entry(0, 4)},"b":${entry(4, 12, '"dtype":"F64","shape":[]')}}`.padEnd(101), 12),
  file(
    `{ "a" : ${entry(0, 3, '"dtype" : "BOOL" , "shape" : [ 3 ]')} , "b":${entry(3, 11, '"dtype":"I64","shape":[1]')} }`,
    11,
  ),
  file('{"__metadata__":{"a":"b","c":"d"},"none":{"dtype":"U8","shape":[0,9,0],"data_offsets":[0,0]}}'),
];

/** All that decodeSafetensors refuses; the damage must hit every check. */
const FAULTS = [
  /looks like a PyTorch checkpoint/, // a length of 80 04 … whose higher bytes are damaged
  /bytes are too few for a header length/,
  /does not fit in its/,
  /header is not UTF-8/,
  /does not begin with {/,
  /is not JSON/,
  /nests deeper/,
  /names .* twice/,
  /has the number/,
  /__metadata__ .*, not a string/,
  /__metadata__ is not an object/,
  /half a character/,
  /is not described by an object/,
  /has dtype .*store it as one of/,
  /has shape .*, not a list/,
  /too large to count/,
  /has data_offsets .*, not two/,
  /before its start/,
  /of \w+ and shape .* needs/,
  /overlaps the tensor/,
  /leaves a gap/,
  /its tensors take/,
];

/** Decodes a file; answers with the message of its refusal, or undefined if all that came out is sound. */
function decode(bytes: Bytes): string | undefined {
  const before = process.memoryUsage().arrayBuffers;
  let tensors: ReadonlyMap<string, StoredTensor>;
  try {
    ({ tensors } = decodeSafetensors(bytes));
  } catch (error) {
    checkGrowth(bytes, before);
    return messageOf(error);
  }
  checkGrowth(bytes, before);
  let copied = 0;
  let held = 0;
  for (const [name, { data, shape }] of tensors) {
    held += data.byteLength;
    if (data.buffer !== bytes.buffer) copied += data.buffer.byteLength;
    if (data.length !== product(shape))
      throw new Error(`${name} has ${data.length} elements for ${shape.join()}`);
  }
  if (held > bytes.length || copied > bytes.length)
    throw new Error(`${held} bytes of tensors, ${copied} of them copied, came out of ${bytes.length}`);
  for (const [name, tensor] of tensors) {
    try {
      const { data } = numbersOf(tensor, name);
      if (data.length !== tensor.data.length) throw new Error(`${name} has ${data.length} numbers`);
    } catch (error) {
      messageOf(error);
    }
  }
  return undefined;
}

/** The collector may take away what others left, so growth is at most what was allocated. */
function checkGrowth(bytes: Bytes, before: number): void {
  const growth = process.memoryUsage().arrayBuffers - before;
  if (growth > bytes.length) throw new Error(`${growth} bytes were allocated for a file of ${bytes.length}`);
}

const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

function messageOf(error: unknown): string {
  if (!(error instanceof FileError)) throw error;
  if (!/^[^\n\r\u2028\u2029]{1,400}\.$/.test(error.message))
    throw new Error(`not one line: ${error.message}`);
  return error.message;
}

describe("damaged files", () => {
  // Most of these files end in an error, and nobody reads where.
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  test("all seeds are sound before they are damaged", () => {
    for (const seed of seeds) expect(decode(seed)).toBeUndefined();
  });

  test("100,000 of them are refused in one line or sound, in no more memory than the file's", {
    timeout: 300_000,
  }, () => {
    const below = numbersFrom(20);
    const hits = FAULTS.map(() => 0);
    let sound = 0;
    for (let round = 0; round < 100_000; round++) {
      const bytes = mutated(seeds, below);
      try {
        const message = decode(bytes);
        const fault = FAULTS.findIndex((pattern) => message !== undefined && pattern.test(message));
        if (message === undefined) sound++;
        else if (fault < 0) throw new Error(`an unknown fault: ${message}`);
        else hits[fault] = (hits[fault] as number) + 1;
      } catch (error) {
        throw new Error(`file ${round}, ${Buffer.from(bytes).toString("base64")}`, { cause: error });
      }
    }
    // The damage is neither so heavy that nothing passes nor so light that a check is left out.
    expect(sound).toBeGreaterThan(10_000);
    expect(FAULTS.filter((_, i) => hits[i] === 0)).toEqual([]);
  });

  test("2,000 of them go to the GPU whole, or not at all", async () => {
    const device = await open();
    const below = numbersFrom(21);
    const { tensors } = device.memory();
    let sound = 0;
    for (let round = 0; round < 2000; round++) {
      const bytes = mutated(seeds, below);
      try {
        const loaded = fromSafetensors(bytes, { device });
        for (const tensor of Object.values(loaded.tensors)) tensor.dispose();
        sound++;
      } catch (error) {
        messageOf(error);
      }
      if (device.memory().tensors !== tensors) throw new Error(`file ${round} left tensors behind`);
    }
    expect(sound).toBeGreaterThan(100);
  });
});
