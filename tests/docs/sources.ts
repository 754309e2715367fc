import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The public packages, by folder. */
export const packages = [
  "kernels",
  "packages/tensor",
  "packages/autograd",
  "packages/nn",
  "packages/lm",
] as const;

/** Files written by the build. */
const GENERATED = new Set(["kernels/src/kernels.ts"]);

/** Paths, relative to the repository and with forward slashes, of the files below a folder that end as asked. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !GENERATED.has(file))
    .sort();
}

export const readSource = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every TypeScript file that the packages publish. */
export const sources = (): string[] => packages.flatMap((folder) => filesBelow(`${folder}/src`, ".ts"));
