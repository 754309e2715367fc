// Learning rates against PyTorch's, in float64 on both sides. No GPU is needed.
import * as nn from "@weft/nn";
import {
  ChainedLR,
  CosineAnnealingLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  OneCycleLR,
  type OneCycleLROptions,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  Scheduler,
  SequentialLR,
  StepLR,
} from "@weft/nn";
import { describe, expect, it } from "vitest";
import { expectClose } from "./close.js";
import { fixture } from "./fixture.js";

/** The rates of both groups before each of 64 steps. */
interface Rates {
  readonly rates: [number, number][];
}

interface Schedules {
  readonly bases: [number, number];
  readonly single: (Rates & { readonly schedule: string; readonly options: object })[];
  readonly oneCycle: (Rates & {
    readonly options: OneCycleLROptions;
    readonly optimizer: "SGD" | "Adam";
    readonly momenta: number[];
  })[];
  readonly lambda: Rates;
  readonly lambdas: Rates;
  readonly sequential: Rates;
  readonly chained: Rates;
  readonly plateau: (Rates & {
    readonly options: ReduceLROnPlateauOptions;
    readonly metrics: (number | "NaN")[];
  })[];
}

const schedules = fixture<Schedules>("schedules");

/** float64 on both sides; PyTorch multiplies step by step and its rates are kept to 12 digits. */
const FLOAT64 = { relative: 1e-9, absolute: 1e-15 };

const groups = () => schedules.bases.map((learningRate) => ({ learningRate }));

/** Drives two groups as a training loop does, and compares the rates before each step. */
function expectRates(schedule: Schedule | readonly Schedule[], { rates }: Rates): void {
  const optimizer = { groups: groups() };
  const scheduler = new Scheduler(optimizer, schedule);
  expect(rates.length).toBe(64);
  for (const [step, expected] of rates.entries()) {
    expectClose(`step ${step}`, scheduler.learningRates, expected, FLOAT64);
    scheduler.step();
  }
}

describe("a single schedule", () => {
  it.each(schedules.single)("$schedule $options", (example) => {
    const Made = nn[example.schedule as "StepLR"] as new (options: object) => Schedule;
    expectRates(new Made(example.options), example);
  });
});

describe("OneCycleLR", () => {
  it.each(schedules.oneCycle)("$options", ({ options, optimizer: kind, rates, momenta }) => {
    const own =
      kind === "SGD" ? { momentum: 0 } : { betas: [0.9, 0.999] as readonly [beta1: number, beta2: number] };
    const optimizer: nn.ScheduledOptimizer = { groups: groups().map((group) => ({ ...group, ...own })) };
    const scheduler = new Scheduler(optimizer, new OneCycleLR(options));
    for (const [step, expected] of rates.entries()) {
      expectClose(`step ${step}`, scheduler.learningRates, expected, FLOAT64);
      const [group] = optimizer.groups;
      const momentum = group?.betas?.[0] ?? group?.momentum;
      expectClose(`momentum of step ${step}`, momentum as number, momenta[step] as number, FLOAT64);
      if (step < options.totalSteps) scheduler.step();
    }
    if (kind === "Adam") expect(optimizer.groups[1]?.betas?.[1]).toBe(0.999);
  });
});

it("LambdaLR, one for all groups and one for each", () => {
  expectRates(new LambdaLR((step) => 0.95 ** step / (1 + step)), schedules.lambda);
  expectRates(
    [new LambdaLR((step) => 1 / (1 + step)), new LambdaLR((step) => 0.9 ** step)],
    schedules.lambdas,
  );
});

it("SequentialLR", () => {
  const warmup = new LinearLR({ startFactor: 0.1, totalIters: 8 });
  const parts = [warmup, new CosineAnnealingLR({ tMax: 30 }), new ExponentialLR({ gamma: 0.9 })];
  expectRates(new SequentialLR(parts, [8, 38]), schedules.sequential);
});

it("ChainedLR", () => {
  const warmup = new LinearLR({ startFactor: 0.1, totalIters: 12 });
  const decays = [new ExponentialLR({ gamma: 0.98 }), new StepLR({ stepSize: 25 })];
  expectRates(new ChainedLR([warmup, ...decays]), schedules.chained);
});

describe("ReduceLROnPlateau", () => {
  it.each(schedules.plateau)("$options", ({ options, metrics, rates }) => {
    const plateau = new ReduceLROnPlateau({ groups: groups() }, options);
    expect(new Set(rates.map(String)).size).toBeGreaterThan(1); // the fixture reduces at all
    for (const [step, metric] of metrics.entries()) {
      plateau.step(Number(metric));
      expectClose(`step ${step}`, plateau.learningRates, rates[step] as number[], FLOAT64);
    }
  });
});
