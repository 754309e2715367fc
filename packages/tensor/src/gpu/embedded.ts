import { constants, createReadStream } from "node:fs";
import { access, lstat, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir, constants as system, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { createBrotliDecompress } from "node:zlib";
import { DeviceError } from "../errors.js";

// SwiftShader (a Vulkan driver that runs on the CPU), the Vulkan loader, and the file that leads the one to the other.
const LOADER = "libvulkan.so.1";
const DRIVER = "vk_swiftshader_icd.json";
const FILES = [LOADER, "libvk_swiftshader.so", DRIVER];
/** Names the size of each file; written last, so a folder that has it once had all of them. */
const MANIFEST = "sizes.json";

/**
 * Makes SwiftShader, which the optional dependency @sparticuz/chromium carries, ready for Dawn.
 *
 * @returns the environment variables that lead a Vulkan loader to it; undefined where there is none to be had
 * @throws DeviceError when it cannot be unpacked or loaded
 */
export async function prepareEmbedded(): Promise<Record<string, string> | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const archive = findArchive();
  if (archive === undefined) return undefined;
  // A worker's process.env is a copy that the Vulkan loader never sees.
  if (!isMainThread)
    throw new DeviceError("open: the embedded adapter works on the main thread only; open it there.");
  try {
    const folder = await unpack(archive);
    load(join(folder, LOADER));
    const driver = join(folder, DRIVER);
    return { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }; // the second is its name in loaders before 1.3.207
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : error;
    throw new DeviceError(
      `open: the embedded SwiftShader cannot be used (${reason}); set XDG_CACHE_HOME to a writable folder.`,
    );
  }
}

/** The dependency's main module is build/esm/index.js; the archive and the version lie two folders above it. */
function findArchive(): { packed: URL; about: URL } | undefined {
  try {
    const main = import.meta.resolve("@sparticuz/chromium");
    return {
      packed: new URL("../../bin/swiftshader.tar.br", main),
      about: new URL("../../package.json", main),
    };
  } catch {
    return undefined; // an optional dependency may be absent
  }
}

/** The folder with the unpacked files: from the cache, or unpacked into it. */
async function unpack({ packed, about }: { packed: URL; about: URL }): Promise<string> {
  const { version } = JSON.parse(await readFile(about, "utf8")) as { version: string };
  const folder = join(await cacheFolder(), `swiftshader-${version}`);
  if (await isComplete(folder)) return folder;

  await makeFolder(folder);
  const fresh = await mkdtemp(join(folder, "unpacking-"));
  try {
    const { extract } = await import("tar-fs");
    const options = { ignore: (path: string) => !FILES.includes(basename(path)), chown: false };
    const target = extract(fresh, options);
    await pipeline(createReadStream(fileURLToPath(packed)), createBrotliDecompress(), target);
    const sizes: Record<string, number> = {};
    for (const file of FILES) sizes[file] = (await stat(join(fresh, file))).size;
    await writeFile(join(fresh, MANIFEST), JSON.stringify(sizes));
    // Each rename replaces a file in one step by one of equal content. So processes that do this at once do not
    // disturb each other, nor one that already runs on these files, and a damaged file is replaced by a good one.
    for (const file of [...FILES, MANIFEST]) await rename(join(fresh, file), join(folder, file));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

async function isComplete(folder: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await readFile(join(folder, MANIFEST), "utf8")) as Record<string, number>;
    for (const file of FILES) if ((await stat(join(folder, file))).size !== sizes[file]) return false;
    return true;
  } catch {
    return false;
  }
}

/** A folder of the user's that can be written: in the cache, else among the temporary files. */
async function cacheFolder(): Promise<string> {
  const user = process.getuid?.();
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "weft");
  for (const folder of [cache, join(tmpdir(), `weft-${user}`)]) {
    try {
      await makeFolder(folder);
      await access(folder, constants.W_OK);
      // Code is loaded from here, so a folder that somebody else made (the temporary one is guessable) will not do.
      if ((await lstat(folder)).uid === user) return folder;
    } catch {
      // Not writable: try the next.
    }
  }
  return mkdtemp(join(tmpdir(), "weft-"));
}

/** Makes a folder, and those above it that are missing. (mkdir's own `recursive` never ends below /proc.) */
async function makeFolder(path: string): Promise<void> {
  const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
  const make = () =>
    mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error; // perhaps made by another process meanwhile
    });
  try {
    await make();
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

/** Opens the Vulkan loader for good, so that Dawn, which asks for it by name, finds it. */
function load(path: string): void {
  const NODELETE = 0x1000; // Linux; absent from os.constants
  try {
    process.dlopen({ exports: {} }, path, system.dlopen.RTLD_NOW | system.dlopen.RTLD_GLOBAL | NODELETE);
  } catch (error) {
    // It stays loaded although Node finds no add-on in it and says so.
    if (!(error instanceof Error && error.message.includes("did not self-register"))) throw error;
  }
}
