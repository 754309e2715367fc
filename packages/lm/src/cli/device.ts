import { type Device, open } from "@weft/tensor";

/** Runs a task with the GPU open, and closes it whatever happens, so that the process can end by itself. */
export async function withDevice<T>(task: (device: Device) => Promise<T>): Promise<T> {
  const device = await open();
  try {
    return await task(device);
  } finally {
    device.close();
  }
}
