import { inspect } from "node:util";
import { backward, tape } from "@weft/autograd";
import { apply, matmul, mul, ones, open, sum, type Tensor, tensor, transpose } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

const loss = (): Tensor => {
  const w = ones([10, 128], { requiresGrad: true });
  return sum(mul(matmul(ones([32, 128]), transpose(w)), 2));
};

describe("tape", () => {
  it("lists the calls newest first, with shapes and the bytes they hold", () => {
    const { calls, bytes } = tape(loss());
    expect(calls.map(({ op }) => op)).toEqual(["sum", "mul", "matmul", "permute"]);
    expect(calls[2]).toMatchObject({
      inputs: [
        [32, 128],
        [128, 10],
      ],
      outputs: [[32, 10]],
    });
    expect(calls[3]?.bytes).toBe(0); // a view
    expect(calls[2]?.bytes).toBeGreaterThanOrEqual(4 * 32 * 10);
    expect(bytes).toBe(calls.reduce((total, call) => total + call.bytes, 0));
  });

  it("prints as an aligned table", () => {
    const lines = inspect(tape(loss())).split("\n");
    expect(lines[0]).toMatch(/^op +inputs +outputs +bytes$/);
    expect(lines[4]).toMatch(/^matmul +\(32, 128\) \(128, 10\) +\(32, 10\) +[\d,]+$/);
    expect(lines.at(-1)).toMatch(/^4 calls +[\d,]+$/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it("counts a buffer once", () => {
    const x = ones([1000], { requiresGrad: true });
    const y = mul(x, 2);
    const { calls } = tape(sum(mul(y.reshape([10, 100]), y.reshape([10, 100]))));
    expect(calls.filter(({ op, bytes }) => op === "reshape" && bytes > 0)).toEqual([]);
  });

  it("of a leaf is empty, and of a freed one says so", () => {
    expect(`${tape(ones([2]))}`).toMatch(/0 calls +0$/);
    const used = loss();
    backward(used);
    expect(() => tape(used)).toThrow(
      "tape: the calls behind this loss were freed by an earlier backward(); detach() what is carried from one step to the next, such as a state (detachState() of @weft/nn), detach() a weight that was computed and set its requiresGrad, or pass { retainGraph: true } to the earlier one.",
    );
  });

  it("draws itself for Graphviz", () => {
    const made = tape(loss());
    const dot = made.toDot();
    expect(dot).toMatch(/^digraph tape \{\n.*\n\}$/s);
    expect(dot).toContain('[label="matmul\\n(32, 10)", shape=box];');
    expect(dot).toContain('[label="f32 (10, 128)", shape=oval, style=filled];');
    expect(dot).toContain('[label="f32 (32, 128)", shape=oval];');
    const inputs = made.calls.flatMap((call) => call.inputs);
    expect(dot.match(/->/g)?.length).toBe(inputs.length);
  });

  it("escapes labels", () => {
    const x = tensor([1], { requiresGrad: true });
    const odd = { name: 'a "b" \\ c', isView: false, forward: () => {}, backward: () => [] };
    const [y] = apply({ ...odd, outputs: () => [tensor([1])] }, [x], undefined);
    expect(tape(y as Tensor).toDot()).toContain('label="a \\"b\\" \\\\ c\\n(1)"');
  });
});
