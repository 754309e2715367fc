// Packs the public packages and asks publint and attw whether anyone can import them: `npm run check:packages`.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "./pack.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Wrong paths, formats and fields of a package.json.
 *
 * @param {string} tarball
 */
async function publishingProblems(tarball) {
  const bytes = await readFile(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true });
  return messages
    .filter(({ type }) => type !== "suggestion")
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/**
 * Types that resolve to nothing, or to something else than the code.
 *
 * @param {string} tarball
 */
async function typeProblems(tarball) {
  const options = ["--profile", "esm-only", "--no-color", "--no-emoji"];
  try {
    await run("npx", ["attw", tarball, ...options], { cwd: root, shell: process.platform === "win32" });
    return [];
  } catch (error) {
    const { stdout = "", stderr = "" } = /** @type {{ stdout?: string; stderr?: string }} */ (error);
    return [`attw: ${stdout.trim() || stderr.trim()}`];
  }
}

/**
 * What a tarball must hold, and must not.
 *
 * @param {string[]} files
 */
function contentProblems(files) {
  const missing = ["LICENSE", "README.md", "dist/index.js", "dist/index.d.ts"].filter(
    (file) => !files.includes(file),
  );
  const extra = files.filter((file) => /\.tsbuildinfo$|(^|\/)tests?\/|\.test\./.test(file));
  return [
    ...missing.map((file) => `pack: ${file} is missing`),
    ...extra.map((file) => `pack: ${file} does not belong`),
  ];
}

const folder = await mkdtemp(join(tmpdir(), "weft-check-"));
try {
  for (const { name, version, tarball, files, size } of await pack(folder)) {
    const checks = await Promise.all([publishingProblems(tarball), typeProblems(tarball)]);
    const problems = [...checks.flat(), ...contentProblems(files)];
    const summary = problems.length === 0 ? "publint ok, types ok" : `${problems.length} problem(s)`;
    console.log(`${name} ${version}: ${files.length} files, ${Math.ceil(size / 1024)} KiB, ${summary}`);
    for (const problem of problems) console.error(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true });
}
