// Which exported functions and classes take options, and which ones, as their declarations say.
import { join } from "node:path";
import ts from "typescript";
import { root } from "../docs/sources.js";

/** The names of the options of each export that takes some, by the export's name; those of a namespace are `init.normal`. */
export type Declared = ReadonlyMap<string, readonly string[]>;

/** Reads the declarations that the build wrote, such as `packages/tensor/dist/index.d.ts`. */
export function declaredOptions(declarations: string): Declared {
  const path = join(root, declarations);
  const program = ts.createProgram([path], {
    ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, strict: true },
    ...{ moduleResolution: ts.ModuleResolutionKind.NodeNext, lib: ["lib.es2023.d.ts"], types: [] },
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (file === undefined || module === undefined) throw new Error(`${declarations} is missing; build first.`);

  const found = new Map<string, readonly string[]>();
  const visit = (exported: ts.Symbol, prefix: string): void => {
    for (const alias of checker.getExportsOfModule(exported)) {
      const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
      const name = prefix + alias.name;
      if (symbol.flags & ts.SymbolFlags.ValueModule) visit(symbol, `${name}.`);
      if (!(symbol.flags & ts.SymbolFlags.Value) || isAbstract(symbol)) continue;
      const type = checker.getTypeOfSymbolAtLocation(symbol, file);
      const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
      // Those of Error are JavaScript's own.
      const own = signatures.filter(({ declaration }) => declaration && isOurs(program, declaration));
      const options = own.flatMap(({ parameters }) =>
        parameters.flatMap((parameter) => optionsIn(checker, parameter, file)),
      );
      if (options.length > 0) found.set(name, [...new Set(options)].sort());
    }
  };
  visit(module, "");
  return found;
}

const isAbstract = ({ valueDeclaration }: ts.Symbol): boolean =>
  valueDeclaration !== undefined &&
  (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Abstract) !== 0;

const isOurs = (program: ts.Program, declaration: ts.Node): boolean =>
  !program.isSourceFileDefaultLibrary(declaration.getSourceFile());

/** The names of the options that a parameter holds: it is called so, or none of its properties needs to be there. */
function optionsIn(checker: ts.TypeChecker, parameter: ts.Symbol, file: ts.SourceFile): string[] {
  const given = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, file));
  const type = checker.getBaseConstraintOfType(given) ?? given;
  const kinds = type.isUnion() ? type.types : [type];
  const isObject = kinds.every(
    (kind) =>
      (kind.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
      kind.getCallSignatures().length === 0 &&
      !checker.isArrayLikeType(kind),
  );
  if (!isObject) return [];
  const properties = kinds.flatMap((kind) => kind.getProperties());
  const isWeak = properties.every(({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0);
  return parameter.name === "options" || isWeak ? properties.map(({ name }) => name) : [];
}
