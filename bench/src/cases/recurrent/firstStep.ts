import type { LanguageModel } from "@weft/lm";
import type { Adam } from "@weft/nn";
import type { Tensor } from "@weft/tensor";
import { type Numbers, requireEqual } from "../../check.js";
import { numbers } from "../../data.js";
import { type LanguageModelSize, languageModelLoss, slope } from "../../reference.js";

interface FirstStep {
  /** The case, for messages. */
  readonly what: string;
  readonly model: LanguageModel;
  readonly optimizer: Adam;
  /** Leaves a gradient on every parameter and returns the loss. */
  readonly forwardAndBackward: () => Tensor;
  readonly ids: Int32Array;
  readonly targets: Int32Array;
  readonly sizes: LanguageModelSize;
  readonly clip: number;
}

/** Numbers of every parameter, by its name. */
type PerParameter = Readonly<Record<string, Float64Array>>;

/** Does a training step from a zero state with a new optimizer, and compares each part of it with plain numbers. */
export async function checkFirstStep(step: FirstStep): Promise<void> {
  const { what, model, optimizer, clip } = step;
  const before = await read(model, (parameter) => parameter);
  const loss = step.forwardAndBackward();
  requireEqual({
    ...{ what, key: "loss", shape: [], tolerance: 1e-5 },
    ...{ got: await loss.data(), expected: [lossAt(step, before)] },
  });
  loss.dispose();

  const gradients = await read(model, ({ grad }) => grad);
  checkSlopes(step, before, gradients);

  const total = norm(Object.values(gradients).map(norm));
  const factor = Math.min(1, clip / (total + 1e-6));
  optimizer.step();
  const after = await read(model, (parameter) => parameter);
  // Adam's first step, where m̂ = g and v̂ = g², of the clipped gradient.
  const change = (g: number) => (optimizer.learningRate * g) / (Math.abs(g) + 1e-8);
  const updated = (name: string) =>
    before[name]?.map((v, i) => v - change(factor * (gradients[name]?.[i] as number)));
  requireEqual({
    ...{ what, key: "norm of the gradients", shape: [], tolerance: 1e-5 },
    ...{ got: await optimizer.gradNorm.data(), expected: [total] },
  });
  eachEqual(what, "updated", after, updated, 1e-5);
  optimizer.zeroGrad();
}

/**
 * Compares gradients with the reference loss's slope along one random direction of each parameter: writing out
 * back-propagation a second time would repeat its mistakes.
 */
function checkSlopes(step: FirstStep, values: PerParameter, gradients: PerParameter): void {
  Object.entries(values).forEach(([name, value], n) => {
    const gradient = gradients[name] ?? new Float64Array();
    const direction = numbers(value.length, { seed: 10 + n });
    const moved = (t: number) => value.map((v, i) => v + t * (direction[i] as number));
    const along = slope((t) => lossAt(step, { ...values, [name]: moved(t) }));
    // Over the gradient's norm both are of order 1, so that the tolerance means the same for every parameter.
    const got = gradient.reduce((sum, g, i) => sum + g * (direction[i] as number), 0) / norm(gradient);
    requireEqual({
      ...{ what: step.what, key: `slope of the loss in ${name}`, shape: [], tolerance: 1e-3 },
      ...{ got: [got], expected: [along / norm(gradient)] },
    });
  });
}

const lossAt = ({ ids, targets, sizes }: FirstStep, values: PerParameter): number =>
  languageModelLoss(values, ids, targets, sizes);

async function read(model: LanguageModel, part: (of: Tensor) => Tensor | undefined): Promise<PerParameter> {
  const entries = model.namedParameters().map(async ([name, parameter]) => {
    return [name, Float64Array.from((await part(parameter)?.data()) ?? [])] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function eachEqual(
  what: string,
  key: string,
  got: PerParameter,
  expected: (name: string) => Numbers | undefined,
  tolerance: number,
): void {
  for (const [name, values] of Object.entries(got)) {
    requireEqual({
      ...{ what, key: `${key} ${name}`, shape: [values.length], tolerance },
      ...{ got: values, expected: expected(name) ?? [] },
    });
  }
}

const norm = (values: Numbers): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
