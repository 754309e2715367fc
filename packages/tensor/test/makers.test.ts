import { type Device, open, scope, type Tensor, tensor, zeros } from "@weft/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectGarbage } from "../../../tests/ops/collectGarbage.js";
import { callerIn } from "../src/gpu/memory/makers.js";

let device: Device;
beforeAll(async () => {
  device = await open({ debug: true });
});
afterAll(() => device.close());

const HERE = /makers\.test\.ts:\d+:\d+$/;
const empty = { tensors: 0, bytes: 0, lines: [] };

describe("memory({ lines: true })", () => {
  it("groups live tensors by the line that made them, most bytes first", () => {
    const small = tensor([1, 2], { device, dtype: "i32" });
    const large = [1, 2, 3].map((n) => zeros([100 * n, 10], { device }));
    const result = scope(() => large.map((x) => x.mul(2).sum())); // what the scope frees is not listed
    const { tensors, bytes, lines } = device.memory({ lines: true });
    expect(tensors).toBe(7);
    expect(lines.map(({ tensors, what }) => [tensors, what])).toEqual([
      [3, "f32 (100, 10), f32 (200, 10), f32 (300, 10)"],
      [3, "f32 () × 3"],
      [1, "i32 (2)"],
    ]);
    expect(lines.reduce((sum, line) => sum + line.bytes, 0)).toBe(bytes);
    for (const { line } of lines) expect(line).toMatch(HERE);
    for (const x of [small, ...large, ...result]) x.dispose();
    expect(device.memory({ lines: true })).toMatchObject(empty);
  });

  it("counts the bytes of a buffer once, however many views it has", () => {
    const x = zeros([64], { device });
    const view = x.reshape([8, 8]);
    const linesOf = () => device.memory({ lines: true }).lines.map(({ bytes, what }) => [bytes, what]);
    expect(linesOf()).toEqual([
      [256, "f32 (64)"],
      [0, "f32 (8, 8)"],
    ]);
    x.dispose();
    expect(linesOf()).toEqual([[256, "f32 (8, 8)"]]);
    view.dispose();
    expect(linesOf()).toEqual([]);
  });

  it("keeps no tensor alive", async () => {
    (() => void Array.from({ length: 5 }, () => zeros([10], { device })))();
    expect(device.memory({ lines: true }).tensors).toBe(5);
    await collectGarbage(() => device.memory().tensors === 0);
    expect(device.memory({ lines: true })).toMatchObject(empty);
  });

  it("needs debug mode", async () => {
    const plain = await open({ debug: false });
    expect(() => plain.memory({ lines: true })).toThrow(
      "memory: no lines were noted; use open({ debug: true }), or set WEFT_DEBUG=1, before tensors are made.",
    );
    expect(zeros([1], { device: plain }).madeAt).toBeUndefined();
    plain.close();
  });

  it("is switched by WEFT_DEBUG too", async () => {
    const before = process.env["WEFT_DEBUG"];
    process.env["WEFT_DEBUG"] = "1";
    const debug = await open();
    process.env["WEFT_DEBUG"] = "yes";
    await expect(open()).rejects.toThrow('open: WEFT_DEBUG is "yes"; set it to "1" or "0", or unset it.');
    if (before === undefined) delete process.env["WEFT_DEBUG"];
    else process.env["WEFT_DEBUG"] = before;
    expect(debug.debug).toBe(true);
    debug.close();
  });
});

describe("a freed tensor, in debug mode", () => {
  it("names the line that made it", () => {
    const x = zeros([2, 3], { device });
    x.dispose();
    expect(() => x.add(1)).toThrow(
      /^tensor \(2, 3\) \(made at .*makers\.test\.ts:\d+:\d+\) was freed by dispose\(\)\.$/,
    );
    let lost: Tensor | undefined;
    scope(() => {
      lost = zeros([2], { device });
    });
    expect(() => lost?.add(1)).toThrow(
      /^tensor \(2\) \(made at .*\) was freed when its scope ended; return it/,
    );
  });
});

describe("the line that is named", () => {
  const v8 = (...places: string[]) => ["Error", ...places.map((place) => `    at f (${place})`)].join("\n");

  it.each([
    [
      "a repository",
      "file:///home/me/weft/packages/tensor/dist/gpu/memory/makers.js",
      "file:///home/me/weft/packages/nn/src/layers/linear.ts:3:1",
      "file:///home/me/weft/packages/nn/test/x%20y.ts:7:9",
      "/home/me/weft/packages/nn/test/x y.ts:7:9",
    ],
    [
      "an installation",
      "file:///app/node_modules/@weft/tensor/dist/gpu/memory/makers.js",
      "file:///app/node_modules/@weft/nn/dist/module.js:3:1",
      "file:///app/train.mjs:7:9",
      "/app/train.mjs:7:9",
    ],
    [
      "an installation by pnpm",
      "file:///app/node_modules/.pnpm/a/node_modules/@weft/tensor/dist/gpu/memory/makers.js",
      "file:///app/node_modules/.pnpm/b/node_modules/@weft/nn/dist/module.js:3:1",
      "file:///app/node_modules/other/index.js:7:9",
      "/app/node_modules/other/index.js:7:9",
    ],
    [
      "Windows",
      "file:///C:/app/node_modules/@weft/tensor/dist/gpu/memory/makers.js",
      "C:\\app\\node_modules\\@weft\\nn\\dist\\module.js:3:1",
      "file:///C:/app/train.mjs:7:9",
      "C:/app/train.mjs:7:9",
    ],
    [
      "a web page",
      "https://x.org/node_modules/@weft/tensor/dist/gpu/memory/makers.js",
      "https://x.org/node_modules/@weft/nn/dist/module.js:3:1",
      "https://x.org/train.js?v=1:7:9",
      "https://x.org/train.js?v=1:7:9",
    ],
  ])("in %s is the first outside Weft", (_, own, inside, outside, expected) => {
    const ours = `${own}:1:1`;
    expect(callerIn(v8(ours, inside, "node:internal/x:1:1", outside, "file:///main.js:1:1"))).toBe(expected);
    const others = [ours, inside, outside].map((place) => `f@${place}`).join("\n");
    expect(callerIn(others)).toBe(expected);
  });

  it("in a bundle, where all is one file, is the outermost", () => {
    const own = "https://x.org/bundle.js";
    expect(callerIn(v8(`${own}:1:1`, `${own}:2:2`, `${own}:3:3`))).toBe(`${own}:3:3`);
  });

  it("in a bundle is the first outside the folder, else the file, of Weft", () => {
    const deps = "http://localhost:5173/node_modules/.vite/deps";
    const tensor = `${deps}/chunk-A2.js?v=1f:1:1`;
    const nn = `${deps}/@weft_nn.js?v=2e:2:2`;
    const user = "http://localhost:5173/src/model.ts?t=3:7:9";
    const main = "http://localhost:5173/src/main.ts:9:9";
    expect(callerIn(v8(tensor, nn, user, main))).toBe(user);
    expect(callerIn([tensor, nn, user, main].map((place) => `f@${place}`).join("\n"))).toBe(user);
    const chunk = "https://x.org/assets/weft.js";
    const page = "https://x.org/assets/page.js:3:3";
    expect(callerIn(v8(`${chunk}:1:1`, `${chunk}:2:2`, page, "https://x.org/assets/main.js:4:4"))).toBe(page);
    expect(callerIn(v8("/srv.js:1:1", "/srv.js:2:2"))).toBe("/srv.js:2:2");
    expect(callerIn(v8("webpack://app/./weft.js?a:b:1:1"))).toBe("webpack://app/./weft.js?a:b:1:1");
  });

  it("is found without a function's name, and behind await", () => {
    const lineAt = (place: string): string =>
      callerIn(
        `Error\n    at noteOf (file:///app/node_modules/@weft/tensor/dist/gpu/memory/makers.js:1:1)\n    ${place}`,
      );
    expect(lineAt("at file:///app/a.js:1:2")).toBe("/app/a.js:1:2");
    expect(lineAt("at async file:///app/a.js:1:2")).toBe("/app/a.js:1:2");
    expect(lineAt("at async main (file:///app/(b)/a.js:1:2)")).toBe("/app/(b)/a.js:1:2");
    expect(lineAt("at new Model (webpack://my app/./a.ts:1:2)")).toBe("webpack://my app/./a.ts:1:2");
    expect(lineAt("at Array.map (<anonymous>)")).toBe("an unknown line");
    expect(callerIn("")).toBe("an unknown line");
  });
});
