import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The public packages, in the order of their imports. */
const folders = ["kernels", "packages/tensor", "packages/autograd", "packages/nn", "packages/lm"];

/**
 * Packs the public packages as npm would publish them.
 *
 * @param {string} destination folder for the tarballs
 * @returns {Promise<{ name: string; version: string; tarball: string; size: number; files: string[] }[]>} one a package, paths absolute, size in bytes
 */
export async function pack(destination) {
  const workspaces = folders.flatMap((folder) => ["--workspace", folder]);
  const options = ["--json", "--ignore-scripts", "--pack-destination", destination];
  const { stdout } = await run("npm", ["pack", ...options, ...workspaces], {
    cwd: root,
    maxBuffer: 2 ** 24,
    shell: process.platform === "win32", // where npm is a batch file
  });
  /** @type {{ name: string; version: string; filename: string; size: number; files: { path: string }[] }[]} */
  const packed = JSON.parse(stdout);
  return packed.map(({ name, version, filename, size, files }) => ({
    name,
    version,
    size,
    files: files.map(({ path }) => path),
    tarball: join(destination, filename),
  }));
}
