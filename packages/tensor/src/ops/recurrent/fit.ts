// The tensors that a whole-sequence op makes, and whether a device can run its kernels on them.
import type { Device } from "../../gpu/device.js";
import { MAX_WORKGROUPS } from "../../launch.js";
import { type Shape, sizeOf } from "../../shape.js";
import type { RecurrentSize } from "./forms.js";
import type { RecurrentRule } from "./rule.js";

/** What the op makes, forward and backward, all of f32. */
export interface SequenceShapes {
  /** h at all times. */
  readonly out: Shape;
  /** The parts of the state after the last step. */
  readonly final: Shape;
  /** The gates at all times. */
  readonly gates: Shape;
  /** h before each time, what the kernel keeps of each time, and the state before the first step. */
  readonly work: Shape;
  /** Gradients of x̂ and ĥ at all times, or of their sum. */
  readonly dGates: Shape;
}

export function sequenceShapes(
  { gates: G, parts, kept, sumsSides }: RecurrentRule,
  { T, B, H }: RecurrentSize,
): SequenceShapes {
  return {
    out: [T, B, H],
    final: [parts.length, B, H],
    gates: [T, B, G * H],
    work: [((1 + kept) * T + parts.length) * B * H],
    dGates: [sumsSides ? 1 : 2, T * B, G * H],
  };
}

/**
 * Whether the kernels can run at a size: each tensor takes one binding, so the largest decides, and all rows lie along one
 * axis of workgroups.
 */
export function fitsKernels(rule: RecurrentRule, size: RecurrentSize, { maxBytes }: Device): boolean {
  const shapes: Shape[] = Object.values(sequenceShapes(rule, size));
  const variants = [rule.forward, rule.backward].flatMap(({ plain, subgroup = plain }) => [plain, subgroup]);
  const rows = Math.min(...variants.map(({ constants: { ROWS = 1 } }) => ROWS)); // of one workgroup
  return shapes.every((shape) => 4 * sizeOf(shape) <= maxBytes) && size.B <= rows * MAX_WORKGROUPS;
}
