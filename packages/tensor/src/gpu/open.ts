import { requestAdapter } from "#adapter";
import { DeviceError } from "../errors.js";
import type { AdapterChoice, AdapterPreference } from "./adapter.js";
import { Device, type Memory } from "./device.js";
import { describe } from "./info.js";

let defaultDevice: Device | undefined;

export interface OpenOptions {
  /** `"system"` or `"embedded"` insists on one kind of driver (Node); without it the fastest found is taken. */
  readonly adapter?: AdapterPreference;
}

/**
 * Opens a GPU: `navigator.gpu` in a browser; in Node the system's driver or, where there is none, the embedded
 * software adapter. The first device opened serves every tensor that names no other.
 *
 * @throws DeviceError that says what to install when no adapter is found
 * @example
 * const device = await open();
 * device.memory().bytes >= 0; // true
 */
export async function open(options: OpenOptions = {}): Promise<Device> {
  const choice = await requestAdapter(options.adapter);
  const gpu = await requestDevice(choice);
  choice.closeAtExit(gpu);
  const device = new Device(gpu, describe(choice));
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
  return adapter.requestDevice({
    requiredFeatures,
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
}

/** The device of tensors that name no other. */
export function currentDevice(): Device {
  if (defaultDevice === undefined) throw new DeviceError("no GPU is open; call `await open()` first.");
  return defaultDevice;
}

/**
 * What lives on the default device: live tensors and their bytes, and the bytes of spare buffers.
 *
 * @example
 * const before = memory().tensors;
 * const x = zeros([256]);
 * memory().tensors - before; // 1
 */
export const memory = (): Memory => currentDevice().memory();
