// How the recurrent kernels are encoded: which variant, in which form, in how many dispatches.
import { canBind, launch, pack } from "../../launch.js";
import { at } from "../../shape.js";
import type { Tensor } from "../../tensor.js";
import type { Form, RecurrentSize } from "./forms.js";
import type { Variants } from "./rule.js";

/** Steps of one dispatch of the whole sequence, at most, and weights that a workgroup reads in it, in tenths of a second. */
const MOST_STEPS = 256;
const MOST_WEIGHTS = 2 ** 27;
/** What one workgroup computes alone takes a GPU as long as so many times more on all its cores. */
const ALONE = 16;

/** What a kernel runs. */
export interface Steps {
  readonly size: RecurrentSize;
  readonly form: Form;
  /** Steps (passes of a backward kernel) from first to before last. */
  readonly first: number;
  readonly last: number;
  /** Whether they run from last to first. */
  readonly descending: boolean;
}

/** Encodes all steps of a kernel, each after the one before. */
export function launchSteps(
  { variants, knobs }: { readonly variants: Variants; readonly knobs: Readonly<Record<string, number>> },
  bindings: Readonly<Record<string, Tensor>>,
  switches: Readonly<Record<string, boolean>>,
  { size, form, first, last, descending }: Steps,
): void {
  const { T, B, H } = size;
  // Packed once, not at every step.
  const packed = new Map(
    [...new Set(Object.values(bindings))].flatMap((x): [Tensor, Tensor][] =>
      canBind(x) ? [] : [[x, pack(x)]],
    ),
  );
  const bound = Object.fromEntries(Object.entries(bindings).map(([name, x]) => [name, packed.get(x) ?? x]));
  const { subgroups, info } = at(Object.values(bindings), 0).device;
  const hasLanes = subgroups !== undefined && variants.subgroup !== undefined && H % 4 === 0;
  const kernel = hasLanes ? variants.subgroup : variants.plain;
  const { ROWS = 1, UNITS = 1 } = kernel.constants; // of one invocation
  const lanes = Math.ceil(H / UNITS); // invocations that one row of workgroups needs
  const few = hasLanes ? subgroups.WORKGROUP : 32;
  // A GPU runs all units of the whole sequence at once; a software adapter changes between the subgroups at each barrier.
  const all = Math.min(256, 2 ** Math.ceil(Math.log2(Math.max(lanes, 32))));
  const WORKGROUP = form === "sequence" && !info.isFallback ? all : few;
  const across = form === "step" ? Math.ceil(lanes / WORKGROUP) : 1;
  const flags = Object.fromEntries(Object.entries(switches).map(([name, isOn]) => [name, isOn ? 1 : 0]));
  // No GPU shall take a long sequence for a hanging program.
  const weights = (bindings as { readonly weight: Tensor }).weight.size;
  const most = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_WEIGHTS / weights)));
  const stride = form === "step" ? 1 : most;
  for (let done = 0; done < last - first; done += stride) {
    const count = Math.min(stride, last - first - done);
    const start = descending ? last - done - count : first + done;
    launch(
      kernel,
      bound,
      { ...flags, T, B, H, first: start, last: start + count },
      {
        knobs: { ...knobs, ...(hasLanes && subgroups), WORKGROUP, BARRIER: form === "sequence" ? 1 : 0 },
        workgroups: [across, Math.ceil(B / ROWS), 1],
        work: count * weights * (form === "step" ? B : Math.max(B, ALONE * ROWS)),
      },
    );
  }
  for (const copy of packed.values()) copy.dispose();
}
