import * as autograd from "@weft/autograd";
import * as kernels from "@weft/kernels";
import * as lm from "@weft/lm";
import * as lmNode from "@weft/lm/node";
import * as nn from "@weft/nn";
import * as nnNode from "@weft/nn/node";
import * as tensor from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { examplesOf, runExample } from "./example.js";
import { publicFunctionsAndClasses } from "./publicNames.js";
import { expectSameValue } from "./sameValue.js";
import { readSource, sources } from "./sources.js";

const names = { ...kernels, ...tensor, ...autograd, ...nn, ...nnNode, ...lm, ...lmNode };
const examples = sources().flatMap((file) => examplesOf(file, readSource(file)));

/** Classes that nobody makes by hand: errors are caught, a device comes from open(). */
const WITHOUT_EXAMPLE = new Set([
  "WeftError",
  "ShapeError",
  "DTypeError",
  "DisposedError",
  "DeviceError",
  "FileError",
  "TextError",
  "CheckpointError",
  "Device",
]);

beforeAll(async () => {
  await tensor.open();
});

describe("every example in a docstring", () => {
  for (const { file, name, code } of examples) {
    it(`${file} ${name}`, () => runExample(code, names, expectSameValue));
  }
});

describe("every public function and class", () => {
  const callables = publicFunctionsAndClasses();

  it("has a docstring", () => {
    const silent = callables.filter(({ documented }) => !documented);
    expect(silent.map(({ package: folder, name }) => `${folder} ${name}`)).toEqual([]);
  });

  it("has an example", () => {
    const without = callables.filter(({ name, examples }) => examples === 0 && !WITHOUT_EXAMPLE.has(name));
    console.log(`${callables.length} public functions and classes, ${examples.length} examples`);
    expect(without.map(({ package: folder, name }) => `${folder} ${name}`)).toEqual([]);
  });

  it("is on the list of names without example only where it must", () => {
    const bare = new Set(callables.filter(({ examples }) => examples === 0).map(({ name }) => name));
    expect([...WITHOUT_EXAMPLE].filter((name) => !bare.has(name))).toEqual([]);
  });
});
