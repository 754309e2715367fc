// Dawn, the WebGPU of Node: the package webgpu and the binary that lies beside it.
import { fileURLToPath } from "node:url";
import { DeviceError } from "../errors.js";

/**
 * Loads Dawn and defines GPUBufferUsage, GPUMapMode and the other WebGPU globals where they are missing.
 *
 * @throws DeviceError that says whether the package, its binary or a build for this system is missing
 */
export async function loadDawn(): Promise<typeof import("webgpu")> {
  const dawn = await import("webgpu").catch((error: NodeJS.ErrnoException) => {
    throw new DeviceError(`open: the package webgpu ${fault(error)}`, { cause: error });
  });
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return dawn;
}

/** Why the package could not be loaded, and the cure. */
function fault({ code, message }: NodeJS.ErrnoException): string {
  const reason = message.split("\n")[0] as string;
  if (/ 'webgpu'/.test(reason)) {
    return `is not found (${reason}); install it, also where a program runs that was bundled without it.`;
  }
  // A bundler puts its code in the bundle, where it looks for its binary in vain, or has no place to look from.
  const folder = packageFolder();
  if (code !== "ERR_DLOPEN_FAILED" && (folder === undefined || !reason.includes(folder))) {
    return (
      `has no binary where the program was bundled to (${reason}); bundle with ` +
      "--external:webgpu --external:@sparticuz/chromium --external:tar-fs, and install these where it runs."
    );
  }
  return `has no build that runs on this system, ${process.platform} on ${process.arch} (${reason}).`;
}

/** Where the package is installed; undefined where it is not, or import.meta is empty, as in a bundle in CommonJS. */
function packageFolder(): string | undefined {
  try {
    return fileURLToPath(new URL(".", import.meta.resolve("webgpu")));
  } catch {
    return undefined;
  }
}
