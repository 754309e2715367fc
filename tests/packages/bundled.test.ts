import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const resolveDir = fileURLToPath(new URL("../", import.meta.url));
const names = `
  import * as lm from "@weft/lm";
  import * as nn from "@weft/nn";
  export const classes = Object.entries({ ...lm, ...nn })
    .filter(([, value]) => value?.prototype instanceof nn.Module)
    .map(([name, value]) => [name, value.name]);
  export const refused = () => new nn.Sequential(() => 0);
  export class Wide extends nn.Linear {}
  export const inherited = Wide.name;
`;

interface Names {
  classes: [name: string, own: string][];
  refused(): unknown;
  inherited: string;
}

describe("a bundle for Node", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "weft-bundled-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const options = [
    ["minified", { minify: true }],
    // esbuild calls a class _Sequential that names itself inside, as Vite's development server shows.
    ["not minified", {}],
    ["minified for an older target, which has no static fields", { minify: true, target: "es2020" }],
  ] as const;

  it.each(options)("keeps the names of the layers, %s", async (how, settings) => {
    const outfile = join(folder, `${how}.mjs`);
    await build({
      ...{ stdin: { contents: names, resolveDir }, outfile, bundle: true, logLevel: "error" },
      ...{ format: "esm", platform: "node", external: ["webgpu", "@sparticuz/chromium", "tar-fs"] },
      ...settings,
    });
    const { classes, refused, inherited } = (await import(pathToFileURL(outfile).href)) as Names;
    expect(classes.length).toBeGreaterThan(50);
    expect(classes.map(([, own]) => own)).toEqual(classes.map(([name]) => name));
    expect(refused).toThrow(/^Sequential: 0 is a function/);
    expect(inherited).not.toBe("Linear"); // a user's class has its own name, whatever the bundler makes of it
  });

  const service = `
    import { open } from "@weft/tensor";
    open().catch((error) => console.log(error.name + ": " + error.message));
  `;
  const external = ["webgpu", "@sparticuz/chromium", "tar-fs"];
  const cure = external.map((name) => `--external:${name}`).join(" ");
  it.each([
    ["esm", [], `has no binary where the program was bundled to (Cannot find module '`, cure],
    ["cjs", [], "has no binary where the program was bundled to (", cure],
    ["esm", external, "is not found (Cannot find package 'webgpu'", "install it"],
    ["cjs", external, "is not found (Cannot find package 'webgpu'", "install it"],
  ] as const)("says why Dawn is missing (%s, external: %j)", async (format, external, fault, cure) => {
    const outfile = join(folder, `service${external.length}.${format === "esm" ? "mjs" : "cjs"}`);
    await build({
      ...{ stdin: { contents: service, resolveDir }, outfile, bundle: true, logLevel: "error" },
      ...{ format, platform: "node", external: [...external] },
    });
    const { stdout } = await run(process.execPath, [outfile]);
    expect(stdout).toContain(`DeviceError: open: the package webgpu ${fault}`);
    expect(stdout).toContain(cure);
    expect(stdout.trim()).not.toContain("\n");
  });
});
