import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const chromes = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = chromes.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) {
  console.warn("The browser test is skipped: install chromium, or name one in CHROMIUM_PATH.");
}

const FLAGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The page with the program bundled for a browser, as a user's bundler would. */
async function page(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here("page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  return `<!doctype html><meta charset="utf-8"><title>Weft</title><script>${outputFiles[0]?.text}</script>`;
}

/** Chromium brings a driver of its own; variables that choose one for Node would mislead it. */
function environmentForChromium(): Record<string, string> {
  const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, ...rest } = process.env;
  return Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

describe.skipIf(executablePath === undefined)("in Chromium", () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const html = await page();
    server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: FLAGS,
      env: environmentForChromium(),
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("three training steps give the losses that Node gets", async () => {
    const tab = await browser.newPage();
    const complaints: string[] = [];
    tab.on("pageerror", (error) => complaints.push(error.message));
    tab.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const inBrowser = await tab.evaluate(() => {
      if (window.train === undefined) throw new Error("the page's script did not load");
      return window.train();
    });
    expect(complaints).toEqual([]);
    expect(inBrowser.source).toBe("browser");

    const { stdout } = await run(process.execPath, [here("../program/main.mjs")]);
    const inNode = JSON.parse(stdout) as number[];
    expect(inNode).toHaveLength(3);
    expect(inBrowser.losses).toHaveLength(3);
    console.log(`losses in Chromium ${inBrowser.losses.join(", ")}; in Node ${inNode.join(", ")}`);
    for (const [step, loss] of inNode.entries()) {
      expect(Math.abs((inBrowser.losses[step] as number) - loss)).toBeLessThanOrEqual(1e-4 * loss);
    }
  });
});
