import { transform } from "esbuild";
import ts from "typescript";

/** One `@example` of a docstring, with where it stands. */
export interface Example {
  readonly file: string;
  /** The name that the docstring belongs to, with its class: `Tensor.add`. */
  readonly name: string;
  readonly code: string;
}

/** Compares what a line gives with the value that its comment promises; throws where they differ. */
export type Check = (line: string, promised: unknown, value: unknown) => void;

const AsyncFunction = (async () => {}).constructor as new (
  ...source: string[]
) => (...values: unknown[]) => Promise<void>;

/** Every `@example` of a source text. */
export function examplesOf(file: string, text: string): Example[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const examples: Example[] = [];
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const name = nameOf(node);
    const here = name === undefined ? path : [...path, name];
    for (const tag of ownTags(node)) {
      if (tag.tagName.text === "example") examples.push({ file, name: here.join("."), code: codeOf(tag) });
    }
    ts.forEachChild(node, (child) => visit(child, here));
  };
  visit(source, []);
  return examples;
}

/** Runs an example with the given names in reach, and hands each line that ends in `// value` to `check`. */
export async function runExample(
  code: string,
  names: Readonly<Record<string, unknown>>,
  check: Check,
): Promise<void> {
  const asserted = assertComments(withoutImports(code, names));
  const { code: script } = await transform(asserted, { loader: "ts", target: "es2022" });
  // A block of its own: an example may call its variable `sum`.
  const run = new AsyncFunction(...Object.keys(names), "check__", `"use strict"; {\n${script}\n}`);
  await run(...Object.values(names), check);
}

const TYPED_ARRAYS: Readonly<Record<string, new (values: number[]) => ArrayBufferView>> = {
  Float32Array,
  Int32Array,
  Uint32Array,
};

/** The value that a comment promises, `undefined` for prose. */
export function promisedValue(comment: string): { readonly value: unknown } | undefined {
  const source = ts.createSourceFile("comment.ts", `(${comment.trim()}\n)`, ts.ScriptTarget.Latest, true);
  const [statement] = source.statements;
  const broken = (source as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0;
  if (broken || statement === undefined || !ts.isExpressionStatement(statement)) return undefined;
  if (!ts.isParenthesizedExpression(statement.expression)) return undefined;
  return literal(statement.expression.expression);
}

function literal(node: ts.Expression): { readonly value: unknown } | undefined {
  if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return { value: node.text };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (node.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isIdentifier(node)) {
    const constants: Record<string, unknown> = {
      undefined,
      NaN: Number.NaN,
      Infinity: Number.POSITIVE_INFINITY,
    };
    return Object.hasOwn(constants, node.text) ? { value: constants[node.text] } : undefined;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const operand = literal(node.operand);
    return typeof operand?.value === "number" ? { value: -operand.value } : undefined;
  }
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    const values = node.arguments?.length === 1 && node.arguments[0] && literal(node.arguments[0])?.value;
    const TypedArray = TYPED_ARRAYS[node.expression.text];
    return TypedArray && Array.isArray(values) ? { value: new TypedArray(values) } : undefined;
  }
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map(literal);
    return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
  }
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const entries: [string, unknown][] = [];
  for (const property of node.properties) {
    const value = ts.isPropertyAssignment(property) ? literal(property.initializer) : undefined;
    if (value === undefined || property.name === undefined || ts.isComputedPropertyName(property.name))
      return undefined;
    entries.push([property.name.text, value.value]);
  }
  return { value: Object.fromEntries(entries) };
}

/** `expression; // value` becomes `check("expression", value, await (expression));`. */
function assertComments(code: string): string {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  let asserted = "";
  let end = 0;
  for (const statement of source.statements) {
    const comment = /^[ \t]*\/\/(.*)/.exec(code.slice(statement.end))?.[1];
    const promised = comment === undefined ? undefined : promisedValue(comment);
    if (!ts.isExpressionStatement(statement) || comment === undefined || promised === undefined) continue;
    const expression = statement.expression.getText();
    asserted += code.slice(end, statement.getStart());
    asserted += `check__(${JSON.stringify(expression)}, (${comment.trim()}), await (${expression}));`;
    end = statement.end;
  }
  return asserted + code.slice(end);
}

/** Examples may import what they use, as a reader would; the names are in reach already. */
function withoutImports(code: string, names: Readonly<Record<string, unknown>>): string {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  let rest = "";
  let end = 0;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    const typeOnly = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    for (const element of bindings && ts.isNamedImports(bindings) ? bindings.elements : []) {
      if (typeOnly || element.isTypeOnly || Object.hasOwn(names, element.name.text)) continue;
      throw new Error(`the example imports ${element.name.text}, which no package exports`);
    }
    rest += code.slice(end, statement.getStart());
    end = statement.end;
  }
  return rest + code.slice(end);
}

function codeOf(tag: ts.JSDocTag): string {
  const comment = ts.getTextOfJSDocComment(tag.comment) ?? "";
  return comment.replace(/^```\w*\n?|\n?```$/g, "").trim();
}

/** The tags of a node's own docstring; TypeScript would hand a variable that of its statement, too. */
const ownTags = (node: ts.Node): readonly ts.JSDocTag[] =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter((part) => ts.isJSDoc(part) && part.parent === node)
    .flatMap((part) => (part as ts.JSDoc).tags ?? []);

function nameOf(node: ts.Node): string | undefined {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map(({ name }) => name.getText()).join(", ");
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const isMember = ts.isClassElement(node) || ts.isTypeElement(node);
  const isDeclaration =
    ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
  return isMember || isDeclaration || ts.isTypeAliasDeclaration(node) ? node.name?.getText() : undefined;
}
