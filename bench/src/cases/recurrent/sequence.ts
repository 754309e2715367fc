// The kernels that run a recurrent layer over a sequence, in steps and as a whole.
import { type Kernel, kernels } from "@weft/kernels";
import { type Device, launch, type Tensor, tensor } from "@weft/tensor";
import { type Case, type KernelName, kernelCase, output } from "../../case.js";
import { numbers } from "../../data.js";
import { backward, CELLS, forward, type Given, type Kind, type Size } from "./plain.js";

type Form = "step" | "sequence";
type Tensors = Readonly<Record<string, Tensor>>;

const FORMS: readonly Form[] = ["step", "sequence"];
const needsSubgroups = (name: KernelName): boolean => name.endsWith("Subgroup");

/** Encodes the dispatches that ops/recurrent/launchSteps.ts of @weft/tensor makes of the passes first ≤ s < last. */
function encode(
  name: KernelName,
  form: Form,
  { T, B, H }: Size,
  [first, last]: readonly [first: number, last: number],
  isDescending: boolean,
  bindings: Tensors,
): void {
  const kernel: Kernel = kernels[name];
  const { ROWS = 1, UNITS = 1 } = kernel.constants;
  const lanes = Math.ceil(H / UNITS);
  const { device } = bindings["weight"] as Tensor;
  const subgroups = needsSubgroups(name) ? device.subgroups : undefined;
  const all = Math.min(256, 2 ** Math.ceil(Math.log2(Math.max(lanes, 32))));
  const WORKGROUP = form === "sequence" && !device.info.isFallback ? all : (subgroups?.WORKGROUP ?? 32);
  const knobs = { ...subgroups, WORKGROUP, BARRIER: form === "sequence" ? 1 : 0 };
  const across = form === "step" ? Math.ceil(lanes / WORKGROUP) : 1;
  const passes = form === "step" ? last - first : 1;
  for (let pass = 0; pass < passes; pass++) {
    const start = isDescending ? last - 1 - pass : first + pass;
    const range = form === "step" ? { first: start, last: start + 1 } : { first, last };
    launch(
      kernel,
      bindings,
      { ...SWITCHES, T, B, H, ...range },
      { knobs, workgroups: [across, Math.ceil(B / ROWS), 1] },
    );
  }
}

/** As in training that carries its state along. */
const SWITCHES = {
  ...{ hasLengths: 0, reverse: 0, hasBias: 1, hasState: 1, saves: 1 },
  ...{ hasDOut: 1, hasDState: 1 },
};

function kernelsOf(kind: Kind, size: Size): Case[] {
  const { T, B, H } = size;
  const { gates: G, parts, kept } = CELLS[kind];
  const given: Given = {
    projected: numbers(T * B * G * H, { seed: 1 }),
    weight: numbers(G * H * H, { seed: 2, low: -1 / Math.sqrt(H), high: 1 / Math.sqrt(H) }),
    bias: numbers(G * H, { seed: 3 }),
    state: numbers(parts * B * H, { seed: 4 }),
  };
  const [dOut, dFinal] = [numbers(T * B * H, { seed: 5 }), numbers(parts * B * H, { seed: 6 })];
  const run = once(() => forward(kind, size, given));
  const gradient = once(() => backward(kind, size, given, run(), dOut, dFinal));
  const from = (values: ArrayLike<number>, ...shape: number[]) =>
    tensor(Float32Array.from(values), { shape });
  // Where h and c before the first step lie, after what is kept of each time.
  const workSize = ((1 + kept) * T + parts) * B * H;
  const shared = { size: `T ${T}, B ${B}, H ${H}`, work: { flops: 2 * T * B * G * H * H }, tolerance: 1e-4 };

  const forwardCase = (kernel: KernelName, form: Form): Case =>
    kernelCase<string>({
      ...{ ...shared, kernel, variant: form, skipped: skipped(kernel) },
      tensors: () => ({
        gates: from(given.projected, T, B, G * H),
        ...{ weight: from(given.weight, G * H, H), bias: from(given.bias, G * H) },
        work: from(
          [...new Float32Array(workSize - parts * B * H).fill(Number.NaN), ...Array.from(given.state)],
          workSize,
        ),
        ...{ out: output(T, B, H), state: output(parts, B, H) },
      }),
      // With `saves`, later runs find activated gates where the first found their arguments.
      encode: ({ weight, ...rest }) =>
        encode(kernel, form, size, [0, T], false, {
          ...rest,
          weight: weight as Tensor,
          lengths: weight as Tensor,
        }),
      expected: () => {
        const { out, state, gates, work } = run();
        return { out, state, ...(kind !== "rnn" && { gates }), work: [...work, ...Array.from(given.state)] };
      },
    });

  const backwardCase = (kernel: KernelName, form: Form): Case =>
    kernelCase<string>({
      ...{ ...shared, kernel, variant: form, skipped: skipped(kernel) },
      tensors: () => {
        const { out, gates, work } = run();
        return {
          ...{
            gates: from(gates, T, B, G * H),
            out: from(out, T, B, H),
            weight: from(given.weight, G * H, H),
          },
          work: from([...work, ...Array.from(given.state)], workSize),
          ...{ dOut: from(dOut, T, B, H), dState: from(dFinal, parts, B, H) },
          ...{ dGates: output(kind === "gru" ? 2 : 1, T, B, G * H), carry: output(parts, B, H) },
        };
      },
      encode: ({ weight, ...rest }) =>
        encode(kernel, form, size, [0, T + 1], true, {
          ...rest,
          weight: weight as Tensor,
          lengths: weight as Tensor,
        }),
      expected() {
        const { dProjected, dHidden, dState } = gradient();
        return { dGates: kind === "gru" ? [...dProjected, ...dHidden] : dProjected, carry: dState };
      },
    });

  return [
    ...FORMS.flatMap((form) => [forwardCase(kind, form), forwardCase(`${kind}Subgroup`, form)]),
    ...FORMS.flatMap((form) => [
      backwardCase(`${kind}Backward`, form),
      backwardCase(`${kind}BackwardSubgroup`, form),
    ]),
  ];
}

const skipped =
  (kernel: KernelName) =>
  (device: Device): string | undefined =>
    needsSubgroups(kernel) && device.subgroups === undefined ? "no subgroups" : undefined;

/** The same result whenever it is asked for: it serves several cases. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

// A size at which little but dispatches and barriers counts, with a tile of rows that is not full; then that of the default model.
const SIZES: readonly Size[] = [
  { T: 8, B: 3, H: 12 },
  { T: 32, B: 16, H: 128 },
];

export const sequences: readonly Case[] = SIZES.flatMap((size) =>
  (["lstm", "gru", "rnn"] as const).flatMap((kind) => kernelsOf(kind, size)),
);
