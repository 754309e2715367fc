// A recurrent layer over a whole sequence as one op: a product for all times, the recurrence in kernels, and after it one
// product for each gradient of a weight.
import { isRecording } from "../../ambient/recording.js";
import { copyElements, empty } from "../../launch.js";
import { defineMultiOp, F32, INDEX } from "../../op.js";
import { at, rowMajor, type Shape } from "../../shape.js";
import type { Layout, Tensor } from "../../tensor.js";
import { reshape, transpose } from "../layout/layout.js";
import { select, stack } from "../layout/parts.js";
import { unbind } from "../layout/split.js";
import { matmul } from "../linear/matmul.js";
import { multiply } from "../linear/multiply.js";
import { sum } from "../reduce/sum.js";
import { sequenceShapes } from "./fit.js";
import type { Form } from "./forms.js";
import { launchSteps } from "./launchSteps.js";
import { loop } from "./loop.js";
import type { RecurrentRule, RecurrentWeights } from "./rule.js";

interface Attributes {
  readonly form: Form;
  /** The kernels' switches. */
  readonly flags: {
    readonly reverse: boolean;
    readonly hasBias: boolean;
    readonly hasState: boolean;
    readonly hasLengths: boolean;
    /** Whether a gradient may be asked for. */
    readonly saves: boolean;
  };
}

/** The inputs by name, from the list x, weightIh, weightHh, [biasIh, biasHh], [parts of the state], [lengths]. */
function named(
  rule: RecurrentRule,
  inputs: readonly Tensor[],
  { flags: { hasBias, hasState, hasLengths } }: Attributes,
) {
  const [x, weightIh, weightHh, ...rest] = inputs as [Tensor, Tensor, Tensor, ...Tensor[]];
  const [biasIh, biasHh] = hasBias ? rest.splice(0, 2) : [];
  const state = hasState ? rest.splice(0, rule.parts.length) : undefined;
  const [T, B] = [at(x.shape, 0), at(x.shape, 1)];
  const size = { T, B, H: at(weightHh.shape, 1) };
  return {
    x,
    weights: { weightIh, weightHh, biasIh, biasHh },
    state,
    lengths: hasLengths ? rest[0] : undefined,
    size,
  };
}

/** A part of a row-major tensor from a number on. */
const section = (offset: number, shape: Shape): Layout => ({
  shape,
  strides: rowMajor(shape),
  offset,
});

/** (T, B, n) → (T·B, n) */
const flat = (x: Tensor): Tensor => reshape(x, [at(x.shape, 0) * at(x.shape, 1), at(x.shape, 2)]);

/** Makes the op of one kind of layer: output (T, B, H), final state (parts, B, H), and what the gradient needs. */
export function sequenceOp(rule: RecurrentRule) {
  const { name, gates: G, kept } = rule;
  const op = defineMultiOp<readonly Tensor[], Attributes>({
    name,
    accepts: [F32, F32, F32, [...F32, ...INDEX]], // lengths come last
    shapes(inputs, attributes) {
      const { out, final, gates, work } = sequenceShapes(rule, named(rule, inputs, attributes).size);
      return [out, final, gates, work];
    },
    forward({ inputs, outputs, attributes }) {
      const { x, weights, state, lengths, size } = named(rule, inputs, attributes);
      const { T, B, H } = size;
      const [out, final, gates, work] = outputs as [Tensor, Tensor, Tensor, Tensor];
      const projected = gates.view(section(0, [T * B, G * H]));
      multiply(flat(x), transpose(weights.weightIh), projected, weights.biasIh);
      for (const [i, part] of (state ?? []).entries()) {
        copyElements(part, work, section(((1 + kept) * T + i) * B * H, [B, H]));
      }
      const weight = weights.weightHh;
      const bindings = {
        gates,
        weight,
        bias: weights.biasHh ?? weight,
        lengths: lengths ?? weight,
        work,
        out,
      };
      launchSteps(
        { variants: rule.forward, knobs: rule.knobs },
        { ...bindings, state: final },
        attributes.flags,
        { size, form: attributes.form, first: 0, last: T, descending: false },
      );
    },
    backward({ inputs, outputs, attributes, arrived }) {
      const { x, weights, state, lengths, size } = named(rule, inputs, attributes);
      const { T, B, H } = size;
      const [out, final, gates, work] = outputs as [Tensor, Tensor, Tensor, Tensor];
      const weight = weights.weightHh;
      const { dGates: shape } = sequenceShapes(rule, size);
      const dGates = empty({ shape, dtype: "f32", device: x.device });
      const carry = empty(final);
      const [dOut, dState] = arrived;
      const read = { gates, out, weight, lengths: lengths ?? weight, work };
      launchSteps(
        { variants: rule.backward, knobs: rule.knobs },
        { ...read, dOut: dOut ?? weight, dState: dState ?? weight, dGates, carry },
        { ...attributes.flags, hasDOut: dOut !== undefined, hasDState: dState !== undefined },
        // Pass 0 computes nothing but dh before the first step.
        {
          size,
          form: attributes.form,
          first: state?.[0]?.requiresGrad ? 0 : 1,
          last: T + 1,
          descending: true,
        },
      );
      const [dInput, dHidden] = [select(dGates, 0, 0), select(dGates, 0, at(shape, 0) - 1)]; // (T·B, G·H)
      const before = work.view(section(0, [T * B, H]));
      const dBias = rule.sumsSides ? once(() => sum(dInput, { axis: 0 })) : undefined;
      return [
        () => reshape(matmul(dInput, weights.weightIh), x.shape),
        () => matmul(transpose(dInput), flat(x)),
        () => matmul(transpose(dHidden), before),
        ...(attributes.flags.hasBias
          ? [dBias ?? (() => sum(dInput, { axis: 0 })), dBias ?? (() => sum(dHidden, { axis: 0 }))]
          : []),
        ...(state ?? []).map((_, i) => () => select(carry, 0, i)),
        ...(lengths === undefined ? [] : [undefined]),
      ];
    },
    composed(inputs, attributes) {
      const { x, weights, state, lengths } = named(rule, inputs, attributes);
      const run = loop(rule, x, weights, state, { lengths, reverse: attributes.flags.reverse });
      return [run.output, stack(run.state)];
    },
  });

  return (
    x: Tensor,
    { weightIh, weightHh, biasIh, biasHh }: RecurrentWeights,
    state: readonly Tensor[] | undefined,
    { lengths, reverse, form }: { lengths: Tensor | undefined; reverse: boolean; form: Form },
  ) => {
    const bias = biasIh === undefined || biasHh === undefined ? [] : [biasIh, biasHh];
    const inputs = [x, weightIh, weightHh, ...bias, ...(state ?? []), ...(lengths ? [lengths] : [])];
    const saves = isRecording() && inputs.some(({ requiresGrad }) => requiresGrad);
    const given = {
      hasBias: bias.length > 0,
      hasState: state !== undefined,
      hasLengths: lengths !== undefined,
    };
    const [output, final, ...saved] = op(...inputs, { form, flags: { reverse, saves, ...given } }) as [
      Tensor,
      Tensor,
      ...Tensor[],
    ];
    if (!saves) for (const part of saved) part.dispose();
    return { output, state: unbind(final) };
  };
}

/** The same tensor whenever it is asked for. */
function once(make: () => Tensor): () => Tensor {
  let made: Tensor | undefined;
  return () => (made ??= make());
}
