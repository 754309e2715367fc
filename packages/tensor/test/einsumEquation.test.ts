import { describe, expect, it } from "vitest";
import { parseEquation } from "../src/ops/linear/einsumEquation.js";

describe("parseEquation", () => {
  it("names the axes of operands and output", () => {
    const { operands, output, lengths } = parseEquation("ij, jk -> ki", [
      [2, 3],
      [3, 4],
    ]);
    expect(operands).toEqual([
      ["i", "j"],
      ["j", "k"],
    ]);
    expect(output).toEqual(["k", "i"]);
    expect([...lengths]).toEqual([
      ["i", 2],
      ["j", 3],
      ["k", 4],
    ]);
  });

  it("orders an implied output alphabetically, capitals first, without what stands twice", () => {
    const shapes = [[1, 2, 3, 3], [2]];
    expect(parseEquation("bZcc,a", shapes).output).toEqual(["Z", "a", "b"]);
  });

  it("lets ellipses meet at their last axes, and lead an implied output", () => {
    const { operands, output } = parseEquation("...i,i...", [
      [5, 6, 2],
      [2, 6],
    ]);
    expect(operands).toEqual([
      ["…2", "…1", "i"],
      ["i", "…1"],
    ]);
    expect(output).toEqual(["…2", "…1"]);
  });

  it("lets an ellipsis cover nothing", () => {
    expect(parseEquation("...i->...i", [[2]]).output).toEqual(["i"]);
    expect(parseEquation("i->i...", [[2]]).output).toEqual(["i"]);
  });

  it("stretches 1 between operands, also to 0", () => {
    const shapes = [
      [1, 0],
      [3, 1],
    ];
    expect([...parseEquation("ij,ij", shapes).lengths.values()]).toEqual([3, 0]);
  });

  it("reads the empty equation as a single number", () => {
    expect(parseEquation("", [[]])).toMatchObject({ operands: [[]], output: [] });
    expect(parseEquation(",->", [[], []])).toMatchObject({ operands: [[], []], output: [] });
  });
});
