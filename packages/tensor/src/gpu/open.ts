import { requestAdapter } from "#adapter";
import { checkOptions } from "../checks/checkArguments.js";
import { DeviceError, reasonOf } from "../errors.js";
import type { AdapterChoice, AdapterPreference } from "./adapter.js";
import { Device, type Memory, type MemoryWithLines } from "./device.js";
import { describe } from "./info.js";

let defaultDevice: Device | undefined;

export interface OpenOptions {
  /** `"system"` or `"embedded"` insists on one kind of driver; without it the fastest found is taken. A browser has its own only: "system". */
  readonly adapter?: AdapterPreference;
  /**
   * Notes the line of code that makes each tensor, which is slow: `memory({ lines: true })` and errors about freed tensors
   * name it. Without the option the environment variable WEFT_DEBUG decides (Node).
   */
  readonly debug?: boolean;
}

/**
 * Opens a GPU: `navigator.gpu` in a browser; in Node the system's driver or, where there is none, the embedded
 * software adapter. The first device opened serves every tensor that names no other.
 *
 * @throws DeviceError that says what to install when no adapter is found; when the adapter is refused, or gives no device
 * @example
 * const device = await open();
 * device.memory().bytes >= 0; // true
 */
export async function open(options: OpenOptions = {}): Promise<Device> {
  checkOptions("open", options, ["adapter", "debug"]);
  const debug = options.debug ?? debugOfEnvironment();
  const choice = await requestAdapter(options.adapter);
  const gpu = await requestDevice(choice);
  choice.closeAtExit(gpu);
  const device = new Device(gpu, describe(choice), { debug });
  // A device that is gone leaves its place to the next one opened.
  if (defaultDevice === undefined || defaultDevice.isLost) defaultDevice = device;
  return device;
}

/** Features that kernels use where the adapter has them. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ["subgroups", "shader-f16"];

/** Asks for the adapter's own limits where they exceed WebGPU's defaults. */
async function requestDevice({ adapter }: AdapterChoice): Promise<GPUDevice> {
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const requiredFeatures = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits = { maxBufferSize, maxStorageBufferBindingSize };
  return adapter.requestDevice({ requiredFeatures, requiredLimits }).catch((error: unknown): never => {
    throw new DeviceError(
      `open: the adapter gives no device (${reasonOf(error)}); open() again for a new adapter.`,
      {
        cause: error,
      },
    );
  });
}

/**
 * The device of tensors that name no other: the one opened first.
 *
 * @throws DeviceError when none is open
 * @example
 * zeros([1]).device === currentDevice(); // true
 */
export function currentDevice(): Device {
  if (defaultDevice === undefined) throw new DeviceError("no GPU is open; call `await open()` first.");
  return defaultDevice;
}

/** Whether WEFT_DEBUG is set; a browser has no environment. */
function debugOfEnvironment(): boolean {
  const { process } = globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } };
  const value = process?.env?.["WEFT_DEBUG"] ?? "";
  if (!["", "0", "1"].includes(value))
    throw new DeviceError(`open: WEFT_DEBUG is "${value}"; set it to "1" or "0", or unset it.`);
  return value === "1";
}

/**
 * What lives on the default device: live tensors and their bytes, and the bytes of spare buffers. With `lines`, in debug
 * mode, also which lines of code made the tensors, most bytes first: `console.table(memory({ lines: true }).lines)`.
 *
 * @throws DeviceError when lines are asked for and the device was not opened in debug mode
 * @example
 * const before = memory().tensors;
 * const x = zeros([256]);
 * memory().tensors - before; // 1
 */
export function memory(options: { readonly lines: true }): MemoryWithLines;
export function memory(options?: { readonly lines?: false }): Memory;
export function memory(options?: { readonly lines?: boolean }): Memory | MemoryWithLines {
  return currentDevice().memory(options as { readonly lines: true });
}
