import {
  add,
  assign,
  keep,
  memory,
  mul,
  ones,
  open,
  scope,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await open();
});

describe("scope", () => {
  it("frees what was made inside and keeps what it returns, also in arrays and objects", async () => {
    const before = memory().tensors;
    const result = scope(() => {
      const x = ones([3]);
      return { pair: [add(x, 1), add(x, 2)] as const };
    });
    expect(memory().tensors - before).toBe(2);
    expect(await result.pair[1].toArray()).toEqual([3, 3, 3]);
    for (const x of result.pair) x.dispose();
    expect(memory().tensors).toBe(before);
  });

  it("hands what an inner scope returns to the outer one", () => {
    const before = memory().tensors;
    let inner: Tensor | undefined;
    scope(() => {
      inner = scope(() => ones([2]));
      expect(inner.disposed).toBe(false);
    });
    expect(inner?.disposed).toBe(true);
    expect(memory().tensors).toBe(before);
  });

  it("leaves a kept tensor alone, through all scopes", async () => {
    let kept: Tensor | undefined;
    scope(() => {
      scope(() => {
        kept = keep(ones([2]));
      });
    });
    expect(await kept?.toArray()).toEqual([1, 1]);
  });

  it("frees everything when its body throws", () => {
    const before = memory().tensors;
    expect(() =>
      scope(() => {
        ones([2]);
        throw new Error("from the body");
      }),
    ).toThrow("from the body");
    expect(memory().tensors).toBe(before);
  });

  it("refuses an asynchronous body", () => {
    const body = (() => Promise.resolve(1)) as unknown as () => number;
    expect(() => scope(body)).toThrow(
      "scope: the body returned a Promise; await outside, and keep the body synchronous.",
    );
  });
});

describe("a freed tensor", () => {
  it("says that its scope ended", () => {
    let lost: Tensor | undefined;
    scope(() => {
      lost = zeros([2, 3]);
    });
    expect(() => sum(lost as Tensor)).toThrow(
      "tensor (2, 3) was freed when its scope ended; return it from scope() or call keep() on it.",
    );
  });

  it("says that it was disposed, to ops and to readers", async () => {
    const x = zeros([2]);
    x.dispose();
    expect(() => add(x, 1)).toThrow("tensor (2) was freed by dispose().");
    await expect(x.toArray()).rejects.toThrow("tensor (2) was freed by dispose().");
  });

  it("may be freed twice, and lives on in its views", async () => {
    const device = await open();
    const x = tensor([1, 2, 3, 4], { device });
    const view = x.reshape([2, 2]);
    x.dispose();
    x.dispose();
    expect(await view.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    view.dispose();
    expect(device.memory().bytes).toBe(0);
    device.close();
  });
});

describe("the queue", () => {
  it("takes more dispatches than a batch holds", async () => {
    const result = scope(() => Array.from({ length: 700 }).reduce<Tensor>((x) => add(x, 1), zeros([3])));
    expect(await result.toArray()).toEqual([700, 700, 700]);
  });

  it("does not overwrite a freed buffer that encoded work still reads", async () => {
    const sums: Tensor[] = [];
    for (let i = 0; i < 50; i++) {
      const x = tensor([i, i + 1, i + 2]); // takes the buffer of the one before
      sums.push(sum(x));
      x.dispose();
    }
    const values = await Promise.all(sums.map((x) => x.item()));
    expect(values).toEqual(Array.from({ length: 50 }, (_, i) => 3 * i + 3));
  });

  it("serves reads at the same time", async () => {
    const xs = Array.from({ length: 20 }, (_, i) => mul(ones([2]), i));
    expect(await Promise.all(xs.map((x) => x.data()))).toEqual(xs.map((_, i) => Float32Array.of(i, i)));
  });

  it("assigns a tensor to a view of itself", async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    assign(x, x.transpose());
    expect(await x.toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
});
