import "@weft/autograd";
import { Adam, ExponentialMovingAverage, NonMonotonicAveraging, SGD } from "@weft/nn";
import { assign, type Device, open, ShapeError, type Tensor, tensor, WeftError, zeros } from "@weft/tensor";
import { beforeAll, describe, expect, it } from "vitest";

let device: Device;

beforeAll(async () => {
  device = await open();
});

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });
const numbers = async (tensors: readonly Tensor[]) => Promise.all(tensors.map((x) => x.toArray()));
/** Two parameters of which the second does not begin where the first ends. */
const pair = () => [leaf(1, 2), leaf(...new Array(300).fill(4))] as const;

/** What is averaged, put in place for a look. */
async function averages(
  average: ExponentialMovingAverage | NonMonotonicAveraging,
  parameters: readonly Tensor[],
) {
  average.swapIn();
  const shown = await numbers(parameters);
  average.swapOut();
  return shown;
}

describe("ExponentialMovingAverage", () => {
  it.each([
    ["before the optimizer", true],
    ["after the optimizer", false],
  ])("made %s is one dispatch an update", async (_, early) => {
    const [x, y] = pair();
    const make = () => new ExponentialMovingAverage([x, y], { decay: 0.5 });
    const ema = early ? make() : undefined;
    const optimizer = new SGD([{ params: [y] }, { params: [x] }], { learningRate: 1 });
    const average = ema ?? make();
    average.update(); // finds the arena
    x.grad = tensor([2, 4]);
    optimizer.step();
    const before = device.queue.dispatches;
    average.update();
    expect(device.queue.dispatches - before).toBe(1);
    x.grad = undefined;
    const [shown] = await averages(average, [x]);
    expect(shown).toEqual([0, 0]);
    expect(await x.toArray()).toEqual([-1, -2]);
    expect(new Set([x, y].map(({ storage }) => storage.buffer)).size).toBe(1);
  });

  it("follows parameters that another optimizer moves, and spans two arenas", async () => {
    const [x, y] = pair();
    const average = new ExponentialMovingAverage([x, y], { decay: 0.5 });
    average.update();
    const optimizers = [new SGD([x]), new Adam([y])];
    assign(x, tensor([3, 4]));
    const before = device.queue.dispatches;
    average.update();
    average.update();
    expect(device.queue.dispatches - before).toBeLessThanOrEqual(2 + 2 + 2); // two for new arenas
    expect((await averages(average, [x]))[0]).toEqual([2.5, 3.5]);
    expect(((await averages(average, [y]))[0] as number[]).at(299)).toBe(4);
    for (const optimizer of optimizers) optimizer.dispose();
  });

  it("has torch_ema's decay while it warms up", async () => {
    const x = leaf(0);
    const average = new ExponentialMovingAverage([x], { decay: 0.25, warmUp: true });
    assign(x, tensor([1]));
    let expected = 0;
    for (let n = 1; n <= 4; n++) {
      average.update();
      expected += (1 - Math.min(0.25, (1 + n) / (10 + n))) * (1 - expected);
      expect((await averages(average, [x]))[0]).toEqual([expect.closeTo(expected, 6)]);
    }
  });

  it("swaps in and out by turns, and copies to another model", async () => {
    const x = leaf(1);
    const average = new ExponentialMovingAverage([x], { decay: 0.5 });
    assign(x, tensor([3]));
    average.update();
    average.swapIn();
    expect([average.areIn, await x.item()]).toEqual([true, 2]);
    expect(() => average.update()).toThrow(
      new WeftError(
        "ExponentialMovingAverage: update() between swapIn() and swapOut() of ExponentialMovingAverage; call swapOut() first.",
      ),
    );
    const inside = zeros([1]);
    average.copyTo([inside]);
    average.swapOut();
    const outside = zeros([1]);
    average.copyTo([outside]);
    expect([await x.item(), await inside.item(), await outside.item()]).toEqual([3, 2, 2]);
    expect(() => average.copyTo([zeros([2])])).toThrow(
      new ShapeError(
        "ExponentialMovingAverage: copyTo: the targets are (2) and the averages (1); give tensors of one shape.",
      ),
    );
  });

  it("lets nothing train or average the averages, and swaps out only what is in", async () => {
    const x = leaf(1);
    const [first, second] = [new ExponentialMovingAverage([x]), new NonMonotonicAveraging([x])];
    const optimizer = new SGD([x], { learningRate: 1 });
    expect(() => first.swapOut()).toThrow(
      new WeftError("ExponentialMovingAverage: swapOut() without swapIn(); call swapIn() first."),
    );
    second.swapIn(); // there is no average yet, and still the calls come in pairs
    const inside = "between swapIn() and swapOut() of NonMonotonicAveraging; call swapOut() first.";
    for (const [what, run] of [
      ["SGD: step()", () => optimizer.step()],
      ["ExponentialMovingAverage: update()", () => first.update()],
      ["ExponentialMovingAverage: swapIn()", () => first.swapIn()],
      ["NonMonotonicAveraging: swapIn()", () => second.swapIn()],
    ] as const)
      expect(run).toThrow(new WeftError(`${what} ${inside}`));
    second.swapOut();
    first.swapIn();
    first.dispose(); // the parameters stay as they are, and are free again
    x.grad = tensor([1]);
    optimizer.step();
    expect(await x.item()).toBe(0);
  });

  it("goes on from a state", async () => {
    const [x, y] = [leaf(1), leaf(1)];
    const [first, second] = [x, y].map((p) => new ExponentialMovingAverage([p], { warmUp: true })) as [
      ExponentialMovingAverage,
      ExponentialMovingAverage,
    ];
    for (const value of [2, 3, 4]) {
      assign(x, tensor([value]));
      first.update();
    }
    second.loadStateDict(first.stateDict());
    assign(y, tensor([4]));
    for (const average of [first, second]) average.update();
    expect(await averages(second, [y])).toEqual(await averages(first, [x]));
    expect(second.updates).toBe(4);
    expect(() => second.loadStateDict({ state: {}, updates: 0 })).toThrow(
      new WeftError(
        "ExponentialMovingAverage: loadStateDict: 0.average is missing; load the averages of the same parameters.",
      ),
    );
  });

  it("frees the averages, and refuses a decay of 1", () => {
    const x = leaf(1);
    const before = device.memory().tensors;
    const average = new ExponentialMovingAverage([x]);
    average.update();
    average.dispose();
    expect(device.memory().tensors).toBeLessThanOrEqual(before);
    expect(x.disposed).toBe(false);
    expect(() => new ExponentialMovingAverage([x], { decay: 1 })).toThrow(
      new RangeError("ExponentialMovingAverage: decay is 1; use a number in [0, 1)."),
    );
  });
});

describe("NonMonotonicAveraging", () => {
  it("starts when a loss is above the best of those before the last few, as in Merity et al.", () => {
    const average = new NonMonotonicAveraging([leaf(1)], { patience: 3 });
    // Their code: len(losses) > n and loss > min(losses[:-n]).
    const losses = [9, 8, 8.5, 8.4, 8.3, 7, 7.5, 7.4, 7.3, 7.2];
    const expected = losses.map((loss, i) => i > 3 && loss > Math.min(...losses.slice(0, i - 3)));
    expect(expected.indexOf(true)).toBeGreaterThan(3);
    const start = expected.indexOf(true);
    expect(losses.map((loss) => average.observe(loss))).toEqual(losses.map((_, i) => i >= start));
  });

  it("is the mean of the weights after each step from then on; before that nothing is swapped", async () => {
    const x = leaf(7);
    const average = new NonMonotonicAveraging([x], { patience: 1 });
    average.update();
    average.swapIn();
    expect([average.areIn, await x.item()]).toEqual([false, 7]);
    average.swapOut();
    for (const loss of [1, 2, 3]) average.observe(loss);
    expect(average.hasStarted).toBe(true);
    const optimizer = new SGD([x], { learningRate: 1 });
    const seen: number[] = [];
    for (const gradient of [1, 5, -3, 2]) {
      x.grad = tensor([gradient]);
      optimizer.step();
      average.update();
      seen.push(await x.item());
      const mean = seen.reduce((a, b) => a + b) / seen.length;
      expect((await averages(average, [x]))[0]).toEqual([expect.closeTo(mean, 5)]);
    }
    const next = new NonMonotonicAveraging([leaf(0)], { patience: 1 });
    next.loadStateDict(average.stateDict());
    expect([next.hasStarted, next.updates]).toEqual([true, 4]);
    const before = await numbers(Object.values(next.stateDict().state));
    const other = new ExponentialMovingAverage([leaf(5)]).stateDict();
    expect(() => next.loadStateDict(other as never)).toThrow(
      new TypeError(
        "NonMonotonicAveraging: loadStateDict: the state has no losses; pass what stateDict() returned.",
      ),
    );
    expect(await numbers(Object.values(next.stateDict().state))).toEqual(before); // nothing was loaded
    expect([next.hasStarted, next.updates]).toEqual([true, 4]);
  });

  it("takes a loss that is no number for no improvement, and none of it for the best", () => {
    const average = new NonMonotonicAveraging([leaf(1)], { patience: 1 });
    expect([Number.NaN, 3, 2, 1].map((loss) => average.observe(loss))).toEqual([false, false, false, false]);
    expect(average.observe(Number.NaN)).toBe(true);
    expect(() => new NonMonotonicAveraging([leaf(1)], { patience: 0 })).toThrow(
      new RangeError("NonMonotonicAveraging: patience is 0; use a whole number ≥ 1."),
    );
  });
});
