import { corpusOf, streamBatches, TextError } from "@weft/lm";
import { describe, expect, test } from "vitest";
import { evaluationLayout, evaluationWindows } from "../src/data/evaluationWindows.js";

const counting = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe("streamBatches", () => {
  test("lays streams side by side and shifts the targets by one", () => {
    const batches = streamBatches(counting(14), { batch: 2, sequence: 3 });
    // L = ⌊13 / 2⌋ = 6, two windows; (T, B) is row-major.
    expect(batches.next().value).toEqual({
      inputs: Int32Array.of(0, 6, 1, 7, 2, 8),
      targets: Int32Array.of(1, 7, 2, 8, 3, 9),
      first: true,
    });
    expect(batches.next().value).toEqual({
      inputs: Int32Array.of(3, 9, 4, 10, 5, 11),
      targets: Int32Array.of(4, 10, 5, 11, 6, 12),
      first: false,
    });
    expect(batches.next().value.first).toBe(true);
  });

  test("goes on in each stream where the window before stopped", () => {
    const [batch, sequence] = [5, 7];
    const batches = streamBatches(counting(500), { batch, sequence });
    let before = batches.next().value;
    for (let window = 1; window < 14; window++) {
      const now = batches.next().value;
      expect(now.first).toBe(false);
      for (let b = 0; b < batch; b++) expect(now.inputs[b]).toBe(before.targets[(sequence - 1) * batch + b]);
      before = now;
    }
    expect(batches.next().value.first).toBe(true);
  });

  test("takes a text of exactly one batch and refuses one character less", () => {
    const size = { batch: 4, sequence: 8 };
    expect(streamBatches(counting(33), size).next().value.inputs.length).toBe(32);
    expect(() => streamBatches(counting(32), size).next()).toThrow(TextError);
    expect(() => streamBatches(counting(32), size).next()).toThrow(
      "batches: 32 training characters are fewer than one batch of 4 × 8 + 1 = 33; " +
        "use a longer text, or a smaller --batch or --sequence.",
    );
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a batch of %s", (batch) => {
    expect(() => streamBatches(counting(99), { batch, sequence: 8 }).next()).toThrow(/batch is .*≥ 1/);
  });
});

describe("corpusOf", () => {
  test("knows the characters of the held-out part too", () => {
    const { tokenizer, training, validation } = corpusOf(`${"a".repeat(18)}鯨🐋`);
    expect(tokenizer.characters).toBe("a鯨🐋");
    expect([training.length, [...validation]]).toEqual([18, [1, 2]]);
  });

  test("refuses a text that leaves nothing to predict", () => {
    expect(() => corpusOf("abc")).toThrow(/3 characters leave 1 to hold out/);
  });
});

describe("evaluationWindows", () => {
  test("scores every prediction exactly once, warmed up by what comes before it", () => {
    for (let n = 1; n < 120; n += n < 20 ? 1 : 7) {
      for (const layout of [
        { streams: 1, warmup: 4, sequence: 8 },
        { streams: 3, warmup: 4, sequence: 5 },
        { streams: 7, warmup: 0, sequence: 4 },
        { streams: 5, warmup: 40, sequence: 16 },
      ]) {
        const times = new Array<number>(n).fill(0);
        const seen = Array.from({ length: layout.streams }, () => [] as number[]);
        for (const { inputs, targets, scored, length } of evaluationWindows(counting(n + 1), layout)) {
          expect(inputs.length).toBe(length * layout.streams);
          for (const [i, counts] of scored.entries()) {
            const stream = seen[i % layout.streams] ?? [];
            const input = inputs[i] ?? -1;
            if (counts === 1) {
              expect(targets[i]).toBe(input + 1);
              times[input] = (times[input] ?? 0) + 1;
              const wanted = Math.min(layout.warmup, input);
              const context = stream.slice(stream.length - Math.min(wanted, stream.length));
              expect(context).toEqual(Array.from({ length: wanted }, (_, k) => input - wanted + k));
            }
            stream.push(input);
          }
        }
        expect(times, JSON.stringify({ n, ...layout })).toEqual(new Array(n).fill(1));
      }
    }
  });

  test("uses more streams for longer texts", () => {
    expect([1, 255, 512, 5_000, 1_000_000].map((n) => evaluationLayout(n).streams)).toEqual([
      1, 1, 2, 19, 64,
    ]);
  });
});
