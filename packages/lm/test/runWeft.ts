import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const weftPath = fileURLToPath(new URL("../bin/weft.js", import.meta.url));
export const env = { ...process.env, WEFT_ADAPTER: process.env["WEFT_ADAPTER"] ?? "embedded" };

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const poem = "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。🌸\n";

/** Options of a model that trains in no time. */
export const tiny = ["--hidden", "6", "--embedding", "4", "--batch", "2", "--sequence", "8", "--steps", "3"];

/** A folder with good and bad texts, deleted after the tests of the file. */
export function textFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "weft-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  write("poem.txt", `\uFEFF${poem.repeat(20).replaceAll("\n", "\r\n")}`);
  write("short.txt", "春眠不覺曉，處處聞啼鳥。");
  write("letter.txt", "a");
  write("other.txt", "Call me Ishmael.");
  write("empty.txt", "");
  write("binary.bin", Uint8Array.of(1, 2, 0, 3));
  write("latin1.txt", Uint8Array.of(99, 97, 102, 0xe9, 10));
  return folder;
}

/** Runs `weft` in a folder; `onStderr` hears what has been written there so far. */
export function runWeft(
  cwd: string,
  args: readonly string[],
  onStderr?: (text: string, child: ChildProcess) => void,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [weftPath, ...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      onStderr?.(stderr, child);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
