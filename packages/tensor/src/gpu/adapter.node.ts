import { DeviceError } from "../errors.js";
import type { AdapterChoice, AdapterPreference } from "./adapter.js";
import { loadDawn } from "./dawn.js";
import { prepareEmbedded } from "./embedded.js";
import { fasterThan, missingAdapter } from "./install.js";
import { quietly } from "./quiet.js";

// One Dawn instance per source, kept for the life of the process: a collected instance crashes a process that
// ends while one of its promises is pending.
const instances = new Map<AdapterPreference, GPU>();

// A driver whose threads still compute while process.exit() takes the process down under them crashes now and then;
// destroy() waits for them.
const devices = new Set<GPUDevice>();
process.once("exit", () => {
  for (const device of devices) device.destroy();
});

function closeAtExit(device: GPUDevice): void {
  devices.add(device);
  device.lost.then(() => devices.delete(device));
}

/** Asked before the embedded loader is opened, which the dynamic linker cannot tell from the system's: names are equal. */
let hasSystemLoader: boolean | undefined;

/**
 * The fastest adapter of this machine: Dawn on the system's driver, real hardware first, else the embedded
 * SwiftShader. The argument, or else the environment variable WEFT_ADAPTER, insists on one of the two.
 *
 * @throws DeviceError that says what to install when no adapter is found
 */
export async function requestAdapter(preference = preferenceOfEnvironment()): Promise<AdapterChoice> {
  if (preference !== undefined && preference !== "system" && preference !== "embedded") {
    throw new DeviceError(
      `open: adapter is ${JSON.stringify(preference)}; use "system" or "embedded", or leave it out.`,
    );
  }
  const sources: AdapterPreference[] = preference === undefined ? ["system", "embedded"] : [preference];
  const dawn = await loadDawn();
  hasSystemLoader ??= findSystemLoader();
  for (const source of sources) {
    const drivers = await (source === "system" ? prepareSystem() : prepareEmbedded());
    if (drivers === undefined) continue;
    const gpu = instances.get(source) ?? dawn.create([]);
    instances.set(source, gpu);
    const adapter = await withEnvironment(drivers, () => firstAdapter(gpu));
    if (adapter !== null) return { gpu, adapter, source, advice: fasterThan(adapter, source), closeAtExit };
    instances.delete(source); // a later call may find a driver that has been installed meanwhile
  }
  throw new DeviceError(`open: ${missingAdapter(preference)}`);
}

type Environment = Readonly<Record<string, string>>;

/** The variables that choose the system's drivers: none. Undefined where a Vulkan loader is needed and missing. */
const prepareSystem = (): Environment | undefined => (hasSystemLoader ? {} : undefined);

/** Whether Dawn finds its driver by itself. Asks the dynamic linker, because Dawn would print warnings if not. */
function findSystemLoader(): boolean {
  if (process.platform !== "linux") return true;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
    return true;
  } catch (error) {
    // The loader is no Node add-on, so even a good one is refused, with this message.
    return error instanceof Error && error.message.includes("did not self-register");
  }
}

/**
 * Dawn sorts discrete GPUs before integrated ones before software (on Windows: as the system's settings say)
 * and returns the first. It looks for drivers during the call, not after it, and prints what it dislikes.
 */
function firstAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return quietly(() => gpu.requestAdapter({ powerPreference: "high-performance" }));
}

/** Runs the body with these environment variables, and leaves none of them to child processes. */
function withEnvironment<T>(variables: Environment, body: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function preferenceOfEnvironment(): AdapterPreference | undefined {
  const value = process.env["WEFT_ADAPTER"];
  if (value === undefined || value === "") return undefined;
  if (value === "system" || value === "embedded") return value;
  throw new DeviceError(`open: WEFT_ADAPTER is "${value}"; set it to "system" or "embedded", or unset it.`);
}
