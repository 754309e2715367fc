// Type-checks programs of the documentation with the strict settings of the repository, as a user's compiler would.
import { join } from "node:path";
import ts from "typescript";
import { root } from "./sources.js";

/** The faults of programs, given by name, each with line and message; they see packages as a user's folder does. */
export function faultsOf(programs: Readonly<Record<string, string>>): string[] {
  const path = join(root, "tsconfig.json");
  const { compilerOptions } = ts.readConfigFile(path, ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
  // These pages are pieces: a name may be shown that the next page uses, and nothing is written.
  const settings: ts.CompilerOptions = {
    ...{ ...options, lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"] },
    ...{ types: ["node"], typeRoots: [join(root, "node_modules/@types")], noUnusedLocals: false },
    ...{ noEmit: true, composite: false, incremental: false, declaration: false, declarationMap: false },
  };
  const files = new Map(
    Object.entries(programs).map(([name, text]) => [
      join(root, "tests/docs", name).replaceAll("\\", "/"),
      text,
    ]),
  );
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  const program = ts.createProgram([...files.keys()], settings, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, " ");
    if (file === undefined) return text;
    const name = file.fileName.replace(/.*\//, "");
    return `${name}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1}: ${text}`;
  });
}
