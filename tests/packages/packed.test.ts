import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSource } from "../docs/sources.js";
import { pack } from "./pack.mjs";

const run = promisify(execFile);
const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
const program = fileURLToPath(new URL("../program/", import.meta.url));
const MINUTES = 60_000;

/** What npm says when it is not the packages that are wrong: no network, no registry. */
const UNREACHABLE =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/;

/** Trains in a folder that holds the program; answers with the losses. */
async function train(folder: string): Promise<number[]> {
  const { stdout } = await run(process.execPath, [join(folder, "main.mjs")], {
    cwd: folder,
    timeout: 2 * MINUTES,
  });
  return JSON.parse(stdout) as number[];
}

/** A program that meets the types of every package. */
const consumer = `
  import { grad } from "@weft/autograd";
  import { kernels } from "@weft/kernels";
  import { LanguageModel, modelDefaults } from "@weft/lm";
  import { Adam, Linear, Module } from "@weft/nn";
  import { saveSafetensors } from "@weft/nn/node";
  import { type Device, open, type Tensor, tensor } from "@weft/tensor";

  export class Wide extends Linear {}
  export class Model extends Module {
    static override name = "Model";
    readonly wide = new Wide(2, 3);
    forward = (x: Tensor): Tensor => this.wide.forward(x);
  }
  export const device: Device = await open();
  export const buffer: GPUBuffer | undefined = undefined;
  export const rest = [grad, kernels, LanguageModel, modelDefaults, Adam, saveSafetensors, tensor([1]).add(1)];
`;

describe("the packed packages", () => {
  let folder: string;
  let isUnreachable = false;
  const UNINSTALLED = "npm cannot reach its registry, nor has what it needs in its cache";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-packed-"));
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name: "empty", private: true, type: "module" }),
    );
    const packed = await pack(folder);
    const options = [
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      "--loglevel=error",
      "--fetch-retry-mintimeout=500",
      "--fetch-retry-maxtimeout=2000",
    ];
    // A driver on the system spares the 68 MB of the embedded one.
    if (process.env["WEFT_ADAPTER"] === "system") options.push("--omit=optional");
    try {
      await run("npm", ["install", ...options, ...packed.map(({ tarball }) => tarball)], {
        cwd: folder,
        shell: process.platform === "win32",
        timeout: 5 * MINUTES,
      });
    } catch (error) {
      if (!UNREACHABLE.test(String(error))) throw error;
      isUnreachable = true;
    }
  }, 8 * MINUTES);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("train three steps in an empty folder as in the repository", { timeout: 4 * MINUTES }, async ({
    skip,
  }) => {
    skip(isUnreachable, UNINSTALLED);
    await cp(program, folder, { recursive: true });
    const losses = await train(folder);
    expect(losses).toHaveLength(3);
    expect(losses).toEqual(await train(program));
  });

  it("compile with TypeScript 5 and the settings of docs/environments.md", { timeout: 4 * MINUTES }, async ({
    skip,
  }) => {
    skip(isUnreachable, UNINSTALLED);
    const [, json = ""] = /^```json\n(.*?)^```$/ms.exec(readSource("docs/environments.md")) ?? [];
    const { compilerOptions } = JSON.parse(json);
    expect(compilerOptions.skipLibCheck).toBe(false);
    const settings = { compilerOptions: { ...compilerOptions, noEmit: true }, files: ["consumer.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    await writeFile(join(folder, "consumer.ts"), consumer);
    const compile = () => run(process.execPath, [tsc], { cwd: folder }).catch(({ stdout }) => ({ stdout }));
    expect((await run(process.execPath, [tsc, "--version"])).stdout).toMatch(/^Version 5\./);
    expect((await compile()).stdout).toBe("");
  });
});
