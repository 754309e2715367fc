import { join } from "node:path";
import ts from "typescript";
import { packages, root } from "./sources.js";

/** A name that a package exports, and what its docstring offers. */
export interface PublicName {
  readonly package: string;
  readonly name: string;
  readonly documented: boolean;
  readonly examples: number;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node", "@webgpu/types"],
  skipLibCheck: true,
};

/** Every function and class (not type, not constant) that the public packages export from their own sources. */
export function publicFunctionsAndClasses(): PublicName[] {
  const indexes = [
    ...packages.map((folder) => `${folder}/src/index.ts`),
    "packages/nn/src/node/index.ts",
    "packages/lm/src/node/index.ts",
  ];
  const program = ts.createProgram(
    indexes.map((index) => join(root, index)),
    options,
  );
  const checker = program.getTypeChecker();
  return indexes.flatMap((index) => {
    const file = program.getSourceFile(join(root, index));
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${index} exports nothing`);
    const folder = index.replace(/index\.ts$/, "");
    return exportsOf(module, checker)
      .filter((symbol) => isCallable(symbol, checker) && declaredBelow(symbol, join(root, folder)))
      .map((symbol) => ({ package: folder, name: symbol.name, ...documentation(symbol, checker) }));
  });
}

/** What a module exports; in the place of a namespace, `export * as init`, what that one exports. */
function exportsOf(module: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const named = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return named.flags & ts.SymbolFlags.ValueModule ? exportsOf(named, checker) : [named];
  });
}

function isCallable(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) return true;
  if (!(symbol.flags & ts.SymbolFlags.Variable)) return false;
  return checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
}

/** A name that is passed on from another package is documented there. */
const declaredBelow = (symbol: ts.Symbol, folder: string): boolean =>
  (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.startsWith(folder));

/** The docstring of a name; a class may show its example at its constructor or at a method. */
function documentation(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): { documented: boolean; examples: number } {
  const members = symbol.flags & ts.SymbolFlags.Class ? [...(symbol.members?.values() ?? [])] : [];
  const examples = [symbol, ...members]
    .flatMap((documented) => documented.getJsDocTags(checker))
    .filter(({ name }) => name === "example").length;
  return { documented: symbol.getDocumentationComment(checker).length > 0, examples };
}
