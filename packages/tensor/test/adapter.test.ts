import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

// Each case runs in a process of its own, because Dawn and the Vulkan loader stay in a process for good.

interface Outcome {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "weft-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const freshFolder = () => mkdtempSync(join(scratch, "cache-"));

function run(command: string, args: string[], environment: Record<string, string>): Promise<Outcome> {
  const { WEFT_ADAPTER: _, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: packageFolder, env: { ...inherited, ...environment } });
    const outcome = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (outcome.stdout += text));
    child.stderr.on("data", (text) => (outcome.stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ ...outcome, code, signal }));
  });
}

const node = (program: string, environment: Record<string, string> = {}, ...flags: string[]) =>
  run(process.execPath, [...flags, "--input-type=module", "--eval", program], environment);

/** Opens an adapter, doubles 64 numbers on it and prints what it found; then whatever `ending` does. */
const compute = (ending = "") => `
  import { requestAdapter } from "#adapter";
  const { adapter, source, closeAtExit } = await requestAdapter();
  const device = await adapter.requestDevice();
  closeAtExit(device);
  const usage = GPUBufferUsage;
  const numbers = device.createBuffer({ size: 256, usage: usage.STORAGE | usage.COPY_SRC });
  const staging = device.createBuffer({ size: 256, usage: usage.MAP_READ | usage.COPY_DST });
  const module = device.createShaderModule({ code: \`
    @group(0) @binding(0) var<storage, read_write> numbers: array<u32>;
    @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) { numbers[i] = 2 * i; }\` });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const entries = [{ binding: 0, resource: { buffer: numbers } }];
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(numbers, 0, staging, 0, 256);
  device.queue.submit([encoder.finish()]);
  const reading = staging.mapAsync(GPUMapMode.READ);
  const middle = ${JSON.stringify(ending)};
  if (middle === "exits during a read") process.exit(3);
  if (middle === "throws during a read") throw new Error("boom");
  await reading;
  const last = new Uint32Array(staging.getMappedRange())[63];
  console.log(JSON.stringify({ source, last, description: adapter.info.description, drivers: process.env.VK_DRIVER_FILES }));
  if (middle === "destroys the device") device.destroy();
  if (middle === "exits") process.exit(3);
  if (middle === "throws") throw new Error("boom");
  if (middle === "ends during a compilation") device.createComputePipelineAsync({ layout: "auto", compute: { module } });
`;

const message = `
  import { requestAdapter } from "#adapter";
  await requestAdapter().then(({ source }) => console.log(source), (e) => console.log(e.name + ": " + e.message));
`;

/** Makes the optional dependency look as if it had not been installed. */
const withoutEmbedded = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  const hook = \`export function resolve(name, context, next) {
    if (name === "@sparticuz/chromium") throw new Error("not installed");
    return next(name, context);
  }\`;
  register("data:text/javascript," + encodeURIComponent(hook));
`)}`;

const noDrivers = { VK_DRIVER_FILES: "/nonexistent.json", VK_ICD_FILENAMES: "/nonexistent.json" };
const probe = (environment: Record<string, string>) =>
  node(message, environment).then(({ stdout }) => stdout.trim());
const linux = process.platform === "linux";
const system = (await probe({ WEFT_ADAPTER: "system" })) === "system" ? "" : "this machine has no GPU driver";
const embedded =
  !linux || process.arch !== "x64"
    ? "it is for Linux on x64"
    : (await probe({ WEFT_ADAPTER: "embedded" })) === "embedded"
      ? ""
      : "@sparticuz/chromium is not installed";
const named = (what: string, missing: string) => (missing === "" ? what : `${what} (skipped: ${missing})`);

const ENDINGS = [
  ["ends", 0],
  ["destroys the device", 0],
  ["ends during a compilation", 0],
  ["exits", 3],
  ["exits during a read", 3],
  ["throws", 1],
  ["throws during a read", 1],
] as const;

for (const [source, missing] of [
  ["system", system],
  ["embedded", embedded],
] as const) {
  describe.skipIf(missing !== "")(named(`the ${source} adapter`, missing), () => {
    test.each(ENDINGS)("a process that %s leaves with code %i", async (ending, code) => {
      const outcome = await node(compute(ending), { WEFT_ADAPTER: source });
      expect(outcome).toMatchObject({ code, signal: null });
      // Through a socket, which cannot be opened twice, Dawn's warnings about limits are still heard.
      const unexpected = outcome.stderr.replace(/^Warning: maxDynamic.*\n/gm, "");
      if (code === 1) expect(unexpected).toContain("Error: boom");
      else expect(unexpected).toBe("");
      if (!ending.includes("during a read"))
        expect(JSON.parse(outcome.stdout)).toMatchObject({ source, last: 126 });
    });

    test.skipIf(!linux)("prints nothing on a piped stderr, which works afterwards", async () => {
      const piped = `${compute()}; process.stderr.write("still heard");`;
      const pipe = '{ "$0" --input-type=module --eval "$1" 2>&1 >/dev/null; } | cat';
      const outcome = await run("sh", ["-c", pipe, process.execPath, piped], { WEFT_ADAPTER: source });
      expect(outcome.stdout).toBe("still heard");
    });
  });
}

describe.skipIf(embedded !== "")(named("the embedded adapter's files", embedded), () => {
  const opened = { code: 0, stdout: "embedded\n", stderr: "" };
  const open = (cache: string, temporary = scratch) =>
    node(message, { WEFT_ADAPTER: "embedded", XDG_CACHE_HOME: cache, TMPDIR: temporary });
  const unpackedIn = (cache: string) => {
    const [version = ""] = readdirSync(join(cache, "weft"));
    return join(cache, "weft", version);
  };

  test("are unpacked by two processes at once", async () => {
    const cache = freshFolder();
    for (const outcome of await Promise.all([open(cache), open(cache)]))
      expect(outcome).toMatchObject(opened);
    const files = ["libvk_swiftshader.so", "libvulkan.so.1", "sizes.json", "vk_swiftshader_icd.json"];
    expect(readdirSync(unpackedIn(cache)).sort()).toEqual(files);
  });

  test("are unpacked again when one is missing or cut short", async () => {
    const cache = freshFolder();
    await open(cache);
    rmSync(join(unpackedIn(cache), "libvulkan.so.1"));
    expect(await open(cache)).toMatchObject(opened);
    truncateSync(join(unpackedIn(cache), "libvk_swiftshader.so"), 1000);
    expect(await open(cache)).toMatchObject(opened);
  });

  test("go to the temporary folder when the cache cannot be written", async () => {
    const temporary = freshFolder();
    expect(await open("/dev/null/cache", temporary)).toMatchObject(opened);
    expect(readdirSync(temporary)).toEqual([`weft-${process.getuid?.()}`]);
  });

  test("are used where the system has no driver, and child processes do not inherit the choice", async () => {
    const { stdout } = await node(compute(), noDrivers);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ source: "embedded", drivers: noDrivers.VK_DRIVER_FILES });
    expect(found.description).toContain("SwiftShader");
  });

  // The loader that comes with it bears the name of the system's, and would find the system's drivers.
  test("are used by every call where the system has no Vulkan loader", async () => {
    const noLoader = freshFolder();
    writeFileSync(join(noLoader, "libvulkan.so.1"), ""); // found first by the dynamic linker, and refused
    const calls = `
      import { requestAdapter } from "#adapter";
      for (const preference of PREFERENCES) console.log((await requestAdapter(preference)).source);`;
    for (const preferences of ["[undefined, undefined]", '["embedded", undefined]']) {
      const program = calls.replace("PREFERENCES", preferences);
      const outcome = await node(program, { LD_LIBRARY_PATH: noLoader });
      expect(outcome).toMatchObject({ code: 0, stdout: "embedded\nembedded\n" });
    }
  });
});

describe("errors", () => {
  test("an unknown WEFT_ADAPTER is named with the cure", async () => {
    const text = 'DeviceError: open: WEFT_ADAPTER is "gpu"; set it to "system" or "embedded", or unset it.';
    expect(await probe({ WEFT_ADAPTER: "gpu" })).toBe(text);
  });

  test.skipIf(!linux)(
    named("nothing found says what to install", linux ? "" : "drivers can be hidden on Linux only"),
    async () => {
      const { stdout } = await node(message, noDrivers, "--import", withoutEmbedded);
      expect(stdout).toMatch(/^DeviceError: open: no GPU adapter found; install .*\.\n$/);
      expect(stdout.includes("npm install --include=optional")).toBe(process.arch === "x64");
    },
  );

  test("a system without a build of Dawn is named", async () => {
    const { stdout } = await node(`Object.defineProperty(process, "arch", { value: "mips" }); ${message}`);
    const start = `DeviceError: open: the package webgpu has no build that runs on this system, ${process.platform} on mips (`;
    if (process.platform !== "darwin") expect(stdout.slice(0, start.length)).toBe(start); // whose build is for any
  });

  test("a missing embedded adapter says how to get it", async () => {
    const { stdout } = await node(message, { WEFT_ADAPTER: "embedded" }, "--import", withoutEmbedded);
    expect(stdout).toMatch(
      /^DeviceError: open: the embedded adapter (is missing; .*npm install|exists for Linux)/,
    );
  });
});
