import { basename, dirname } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { filesBelow, packages, readSource, sources } from "../docs/sources.js";

const MOST_LINES = 400;
const MOST_FILES = 15;
const NAMES_OF_NOTHING = /^(utils?|helpers?|common|misc|shared)$/i;

const written = [...sources(), ...filesBelow("kernels/wgsl", ".wgsl")];

describe("source files", () => {
  it(`have at most ${MOST_LINES} lines`, () => {
    const long = written.filter((file) => readSource(file).split("\n").length - 1 > MOST_LINES);
    expect(long).toEqual([]);
  });

  it("and their folders are named after what they hold", () => {
    const vague = written.filter((file) =>
      file.split("/").some((part) => NAMES_OF_NOTHING.test(part.replace(/\..*$/, ""))),
    );
    expect(vague).toEqual([]);
  });

  it(`stand at most ${MOST_FILES} to a folder`, () => {
    const counts = new Map<string, number>();
    for (const file of written) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });
});

describe("index.ts", () => {
  const indexes = sources().filter((file) => basename(file) === "index.ts");

  it("stands in every package", () => {
    expect(indexes).toEqual(expect.arrayContaining(packages.map((folder) => `${folder}/src/index.ts`)));
  });

  it.each(indexes)("%s lists names and holds nothing else", (file) => {
    const { statements } = ts.createSourceFile(file, readSource(file), ts.ScriptTarget.Latest, true);
    const other = statements
      .filter((statement) => !listsNames(statement))
      .map((statement) => statement.getText());
    expect(other).toEqual([]);
  });
});

/** `export … from "…"`, or the import of a file for what it adds, such as methods. */
const listsNames = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement)
    ? statement.moduleSpecifier !== undefined
    : ts.isImportDeclaration(statement) && statement.importClause === undefined;
