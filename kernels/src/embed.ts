// Build step: writes src/kernels.ts, in which every file below wgsl/ is a typed constant. Run by `npm run build`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseKernel } from "./kernel.js";

const folder = new URL("../wgsl/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".wgsl"))
  .sort();

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const constants = files.map((file) => {
  const name = camelCase(basename(file, ".wgsl"));
  const source = readFileSync(new URL(file, folder), "utf8").replaceAll("\r\n", "\n");
  const kernel = parseKernel(name, source, `kernels/wgsl/${file}`);
  return `export const ${name} = ${JSON.stringify(kernel, null, 2)} as const satisfies Kernel;\n`;
});

const header =
  '// Written by embed.ts from wgsl/. Change the .wgsl file and run `npm run build`.\nimport type { Kernel } from "./kernel.js";\n';
writeFileSync(new URL("../src/kernels.ts", import.meta.url), [header, ...constants].join("\n"));
