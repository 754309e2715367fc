import {
  ChainedLR,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  Scheduler,
  SequentialLR,
  StepLR,
} from "@weft/nn";
import { describe, expect, it } from "vitest";

const optimizer = (...rates: number[]) => ({ groups: rates.map((learningRate) => ({ learningRate })) });

describe("a schedule", () => {
  it("is a pure function of the step", () => {
    const schedule = new SequentialLR(
      [new LinearLR({ totalIters: 10 }), new CosineAnnealingWarmRestarts({ t0: 7, tMult: 3 })],
      [10],
    );
    const forwards = Array.from({ length: 50 }, (_, step) => schedule.at(step));
    const backwards = Array.from({ length: 50 }, (_, i) => schedule.at(49 - i)).reverse();
    expect(backwards).toEqual(forwards);
    expect(new Set(forwards).size).toBeGreaterThan(30);
  });

  it("takes fractions of a period", () => {
    const schedule = new CosineAnnealingWarmRestarts({ t0: 2, tMult: 2 });
    expect(schedule.at(0.5)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12);
    expect(schedule.at(3)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12); // a quarter of the period 2 … 6
  });

  it("composes of composed ones", () => {
    const inner = new SequentialLR([new ConstantLR({ factor: 0.5 }), new ExponentialLR({ gamma: 0.5 })], [2]);
    const outer = new ChainedLR([inner, new LambdaLR((step) => step)]);
    expect([0, 1, 2, 3].map((step) => outer.at(step, 8))).toEqual([0, 4, 16, 12]);
  });

  it("may begin a part at the step where another begins, which then never runs", () => {
    const parts = [new ConstantLR(), new LambdaLR(() => Number.NaN), new LambdaLR((step) => step)];
    expect(new SequentialLR(parts, [3, 3]).at(5)).toBe(2);
  });

  it("hands momentum through compositions", () => {
    const cycle = new OneCycleLR({ maxLearningRate: 1, totalSteps: 10 });
    const sequence = new SequentialLR([new ConstantLR(), cycle], [5]);
    expect(sequence.momentumAt(4)).toBeUndefined();
    expect(sequence.momentumAt(7)).toBe(cycle.momentumAt(2));
    expect(new ChainedLR([cycle, new StepLR({ stepSize: 1 })]).momentumAt(2)).toBe(cycle.momentumAt(2));
  });
});

describe("OneCycleLR", () => {
  it("ends at its last rate and refuses the step behind it", () => {
    const cycle = new OneCycleLR({ maxLearningRate: 1, totalSteps: 10 });
    expect(cycle.at(9)).toBeCloseTo(1 / 25 / 1e4, 15);
    expect(cycle.at(10)).toBe(1 / 25 / 1e4);
    expect(() => cycle.at(11)).toThrow("OneCycleLR: there is no step 11 of 10; use a larger totalSteps.");
  });

  it("starts at the highest rate where the rise has no step", () => {
    expect(new OneCycleLR({ maxLearningRate: 1, totalSteps: 10, pctStart: 0.1 }).at(0)).toBe(1);
  });
});

describe("Scheduler", () => {
  it("sets the rates of step 0 at once", () => {
    const adam = optimizer(0.5, 0.25);
    new Scheduler(adam, new ConstantLR({ factor: 0.5 }));
    expect(adam.groups).toEqual([{ learningRate: 0.25 }, { learningRate: 0.125 }]);
  });

  it("goes on from its state as if it had never stopped", () => {
    const schedule = () =>
      new SequentialLR([new LinearLR({ startFactor: 0 }), new CosineAnnealingLR({ tMax: 20 })], [5]);
    const [whole, first] = [optimizer(0.5, 0.25), optimizer(0.5, 0.25)];
    const [uninterrupted, stopped] = [new Scheduler(whole, schedule()), new Scheduler(first, schedule())];
    for (let step = 0; step < 9; step++) uninterrupted.step();
    for (let step = 0; step < 4; step++) stopped.step();
    const saved = JSON.parse(JSON.stringify(stopped.stateDict()));
    const second = optimizer(9, 9); // whatever rates it was made with
    const resumed = new Scheduler(second, schedule());
    resumed.loadStateDict(saved);
    expect(resumed.learningRates).toEqual(stopped.learningRates);
    for (let step = 4; step < 9; step++) resumed.step();
    expect(second).toEqual(whole);
    expect(resumed.lastStep).toBe(9);
  });

  it("starts a group that was added since from the rate it came with", () => {
    const adam = optimizer(1);
    const scheduler = new Scheduler(adam, new ExponentialLR({ gamma: 0.5 }));
    scheduler.step();
    adam.groups.push({ learningRate: 8 });
    scheduler.step();
    expect(scheduler.learningRates).toEqual([0.25, 2]);
    expect(scheduler.stateDict()).toEqual({ step: 2, baseLearningRates: [1, 8] });
  });

  it("moves β₁ and leaves β₂", () => {
    const adam = { groups: [{ learningRate: 1, betas: [0.9, 0.99] as readonly [number, number] }] };
    new Scheduler(adam, new OneCycleLR({ maxLearningRate: 1, totalSteps: 10 }));
    expect(adam.groups[0]?.betas).toEqual([0.95, 0.99]);
  });

  it("refuses what does not fit the optimizer", () => {
    const halves = new ConstantLR();
    expect(() => new Scheduler(optimizer(1), [halves, halves])).toThrow(
      "Scheduler: there are 2 schedules and 1 groups; use one for each, or one for all.",
    );
    expect(() => new Scheduler(optimizer(1), new OneCycleLR({ maxLearningRate: 1, totalSteps: 9 }))).toThrow(
      "Scheduler: the schedule moves the momentum, but the optimizer has none; use cycleMomentum: false.",
    );
    const scheduler = new Scheduler(optimizer(1), halves);
    expect(() => scheduler.loadStateDict({ step: 1, baseLearningRates: [1, 2] })).toThrow(
      "Scheduler: the state is of 2 groups, the optimizer has 1; make it with the groups it was saved with.",
    );
    expect(() => scheduler.loadStateDict({ step: -1, baseLearningRates: [1] })).toThrow(
      "Scheduler: the step of the state is -1; use a whole number ≥ 0.",
    );
  });
});

describe("ReduceLROnPlateau", () => {
  it("goes on from its state as if it had never stopped", () => {
    const metrics = [5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3];
    const options = { patience: 1, cooldown: 1, factor: 0.5 };
    const [whole, first, second] = [optimizer(1, 2), optimizer(1, 2), optimizer(9, 9)];
    const uninterrupted = new ReduceLROnPlateau(whole, options);
    for (const metric of metrics) uninterrupted.step(metric);
    const stopped = new ReduceLROnPlateau(first, options);
    for (const metric of metrics.slice(0, 4)) stopped.step(metric);
    const resumed = new ReduceLROnPlateau(second, options);
    resumed.loadStateDict(JSON.parse(JSON.stringify(stopped.stateDict())));
    for (const metric of metrics.slice(4)) resumed.step(metric);
    expect(second).toEqual(whole);
    expect(whole.groups[0]?.learningRate).toBe(0.125);
  });

  it("has a state before the first metric, too", () => {
    const plateau = new ReduceLROnPlateau(optimizer(1));
    expect(plateau.stateDict()).toEqual({ best: null, badSteps: 0, cooldownLeft: 0, learningRates: [1] });
  });

  it("refuses what it cannot compare", () => {
    const plateau = new ReduceLROnPlateau(optimizer(1));
    expect(() => plateau.step({} as number)).toThrow(
      "ReduceLROnPlateau: the metric is no number but object; use await loss.item().",
    );
    expect(() => new ReduceLROnPlateau(optimizer(1), { minLearningRate: [0, 0] })).toThrow(
      "ReduceLROnPlateau: minLearningRate holds 2 rates for 1 groups; use one for each, or one number.",
    );
    expect(() =>
      plateau.loadStateDict({ best: 1, badSteps: 0, cooldownLeft: 0, learningRates: [1, 2] }),
    ).toThrow(
      "ReduceLROnPlateau: the state is of 2 groups, the optimizer has 1; make it with the groups it was saved with.",
    );
  });
});

describe("options out of range", () => {
  it.each([
    [() => new StepLR({ stepSize: 0 }), "StepLR: stepSize is 0; use a whole number ≥ 1."],
    [() => new StepLR({ stepSize: 1, gamma: -1 }), "StepLR: gamma is -1; use a number ≥ 0."],
    [
      () => new StepLR({ stepsize: 3 } as never),
      'StepLR: there is no option "stepsize"; use stepSize, gamma.',
    ],
    [
      () => new MultiStepLR({ milestones: [9, 3] }),
      "MultiStepLR: the milestones are [9, 3]; use whole numbers ≥ 0 in rising order.",
    ],
    [
      () => new MultiStepLR({ milestones: 3 } as never),
      "MultiStepLR: milestones is 3; use an array of steps.",
    ],
    [() => new ExponentialLR({} as never), "ExponentialLR: gamma is undefined; use a number ≥ 0."],
    [() => new LinearLR({ startFactor: -1 }), "LinearLR: startFactor is -1; use a number ≥ 0."],
    [() => new LinearLR({ totalIters: 0 }), "LinearLR: totalIters is 0; use a whole number ≥ 1."],
    [() => new ConstantLR({ totalIters: 1.5 }), "ConstantLR: totalIters is 1.5; use a whole number ≥ 0."],
    [() => new PolynomialLR({ power: 0 }), "PolynomialLR: power is 0; use a number > 0."],
    [() => new CosineAnnealingLR({ tMax: 0 }), "CosineAnnealingLR: tMax is 0; use a whole number ≥ 1."],
    [
      () => new CosineAnnealingWarmRestarts({ t0: 5, tMult: 1.5 }),
      "CosineAnnealingWarmRestarts: tMult is 1.5; use a whole number ≥ 1.",
    ],
    [() => new LambdaLR(3 as never), "LambdaLR: the factor is 3; use a function of the step."],
    [
      () => new OneCycleLR({ maxLearningRate: 1, totalSteps: 5, pctStart: 2 }),
      "OneCycleLR: pctStart is 2; use a number in [0, 1].",
    ],
    [
      () => new OneCycleLR({ maxLearningRate: 1, totalSteps: 5, annealStrategy: "sine" as "cos" }),
      'OneCycleLR: annealStrategy is "sine"; use "cos" or "linear".',
    ],
    [
      () => new SequentialLR([new ConstantLR()], [5]),
      "SequentialLR: there are 1 schedules and 1 milestones; use one milestone less than schedules: " +
        "the step at which each but the first begins.",
    ],
    [() => new ChainedLR([]), "ChainedLR: there are no schedules; pass at least one."],
    [
      () => new ReduceLROnPlateau(optimizer(1), { factor: 1 }),
      "ReduceLROnPlateau: factor is 1; use a number in [0, 1).",
    ],
    [
      () => new ReduceLROnPlateau(optimizer(1), { mode: "low" as "min" }),
      'ReduceLROnPlateau: mode is "low"; use "min" or "max".',
    ],
  ])("%s", (make, message) => {
    expect(make).toThrow(message);
  });
});
