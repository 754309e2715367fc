import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack } from "./pack.mjs";

const run = promisify(execFile);
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

describe("the packed packages", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-packed-"));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("train three steps in an empty folder as in the repository", { timeout: 8 * MINUTES }, async ({
    skip,
  }) => {
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
      if (UNREACHABLE.test(String(error)))
        skip("npm cannot reach its registry, nor has what it needs in its cache");
      throw error;
    }
    await cp(program, folder, { recursive: true });
    const losses = await train(folder);
    expect(losses).toHaveLength(3);
    expect(losses).toEqual(await train(program));
  });
});
