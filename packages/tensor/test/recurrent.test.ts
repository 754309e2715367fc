import { Generator, gru, lstm, normal, open, rnn, tuneRecurrent, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

let device: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  device = await open();
});

describe("the forms of a recurrent layer", () => {
  it.each([
    ["lstm", lstm, 4],
    ["gru", gru, 3],
    ["rnn", rnn, 1],
  ] as const)(
    "%s gives the same bits in steps and as a whole, at units in fours and not",
    async (_, layer, gates) => {
      for (const H of [12, 33]) {
        const generator = new Generator(H);
        const draw = (...shape: number[]) => normal(shape, { generator, std: 0.3 });
        const x = draw(7, 9, 5); // more than one tile of 8 rows
        const weights = { weightIh: draw(gates * H, 5), weightHh: draw(gates * H, H) };
        const [step, sequence] = await Promise.all(
          (["step", "sequence"] as const).map((form) => layer(x, weights, undefined, { form }).output.data()),
        );
        expect(sequence).toEqual(step);
      }
    },
  );

  it("takes a sequence longer than one dispatch runs", async () => {
    const generator = new Generator(1);
    const draw = (...shape: number[]) => normal(shape, { generator, std: 0.3 });
    const x = draw(300, 1, 1);
    const weights = { weightIh: draw(2, 1), weightHh: draw(2, 2) };
    const before = device.queue.dispatches;
    const whole = rnn(x, weights, undefined, { form: "sequence" });
    expect(device.queue.dispatches - before).toBe(3); // the projection, 256 steps, 44 steps
    expect(await whole.output.data()).toEqual(
      await rnn(x, weights, undefined, { form: "step" }).output.data(),
    );
  });
});

describe("tuneRecurrent", () => {
  it("lets layers of about this size take the form that it found faster", async () => {
    const { form, step, sequence } = await tuneRecurrent("rnn", { T: 5, B: 2, H: 6 });
    expect(form).toBe(step <= sequence ? "step" : "sequence");
    const weights = { weightIh: zeros([6, 1]), weightHh: zeros([6, 6]) };
    const before = device.queue.dispatches;
    rnn(zeros([5, 2, 1]), weights);
    const dispatches = device.queue.dispatches - before - 1; // without the zeros of x
    expect(dispatches).toBe(form === "step" ? 1 + 5 : 1 + 1);
  });

  it("leaves nothing behind, and refuses what is no size", async () => {
    const other = await open();
    await tuneRecurrent("gru", { T: 2, B: 1, H: 3 }, { device: other });
    expect(other.memory().tensors).toBe(0);
    other.close();
    await expect(tuneRecurrent("lstm", { T: 0, B: 1, H: 3 })).rejects.toThrow(
      "tuneRecurrent: T is 0; use a whole number ≥ 1.",
    );
    await expect(tuneRecurrent("mlp" as "lstm", { T: 1, B: 1, H: 3 })).rejects.toThrow(
      'tuneRecurrent: cell is "mlp"; use "lstm", "gru", "rnn".',
    );
  });
});
