import {
  type Call,
  callerLine,
  checkFunction,
  type Op,
  type Tensor,
  WeftError,
  withWatcher,
} from "@weft/tensor";
import { Counts, type NonFinite, type Slot } from "./counts.js";
import { type Inspector, inspection } from "./inspection.js";
import { currentPlace, type Place } from "./place.js";

/** Where a call was made. */
interface Site {
  readonly line: string;
  readonly place: Place | undefined;
}

/** A result or a gradient whose numbers are counted. */
interface Finding {
  readonly what: string;
  readonly site: Site | undefined;
  readonly shape: readonly number[];
  readonly counts: Slot;
  /** The inputs of the call that no op inside made. */
  readonly given: readonly { readonly input: number; readonly counts: Slot }[];
}

/**
 * Runs a synchronous body and looks whether every result and every gradient computed in it is finite. The first that is
 * not is reported: op, path of the module, the line that made the call, how many NaN and Inf. The numbers are counted on
 * the GPU and read once, after the body; that costs one more dispatch an op, so use it to search, not to train.
 *
 * A gradient is named by its call: "the gradient of input 1 of log" is what `backward()` passes to log's first input.
 *
 * @returns what the body returns
 * @throws WeftError when a result or a gradient is not finite, or the body returns a Promise
 * @example
 * const x = tensor([1, 4], { requiresGrad: true });
 * await detectAnomaly(() => sum(sqrt(x)).backward());
 * await x.grad.toArray(); // [0.5, 0.25]
 */
export async function detectAnomaly<T>(
  body: () => T extends PromiseLike<unknown> ? never : T,
): Promise<T extends PromiseLike<unknown> ? never : T> {
  checkFunction("detectAnomaly", "the body", body);
  const anomaly = new Anomaly();
  try {
    const result = inspection.run(anomaly, () => anomaly.watch(body));
    if (typeof (result as { then?: unknown } | undefined)?.then === "function") {
      (result as unknown as Promise<unknown>).then(undefined, () => {});
      throw new WeftError(
        "detectAnomaly: the body returned a Promise; await outside, and keep the body synchronous.",
      );
    }
    await anomaly.report();
    return result;
  } finally {
    anomaly.dispose();
  }
}

class Anomaly implements Inspector {
  readonly #counts = new Counts();
  readonly #findings: Finding[] = [];
  readonly #sites = new WeakMap<Call, Site>();
  /** Storages that ops inside have filled. */
  readonly #filled = new WeakSet<object>();

  watch<T>(body: () => T): T {
    return withWatcher((op, inputs, outputs) => this.#result(op, inputs, outputs), body);
  }

  duringWalk<T>(walk: () => T): T {
    return withWatcher((_, __, outputs) => this.#note(outputs), walk);
  }

  gradient(call: Call, input: number, grad: Tensor): void {
    const counts = this.#counts.count(grad);
    if (counts === undefined) return;
    const what = `the gradient of input ${input + 1} of ${call.op.name}`;
    this.#findings.push({ what, site: this.#sites.get(call), shape: grad.shape, counts, given: [] });
  }

  #result(op: Op, inputs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const site = this.#note(outputs);
    if (op.isView) return; // it computes nothing
    const given = inputs.flatMap((x, i) => {
      const counts = this.#filled.has(x.storage) ? undefined : this.#counts.count(x);
      return counts === undefined ? [] : [{ input: i, counts }];
    });
    for (const [i, output] of outputs.entries()) {
      this.#filled.add(output.storage);
      const counts = this.#counts.count(output);
      const which = outputs.length === 1 ? "the result" : `result ${i + 1}`;
      const { shape } = output;
      if (counts !== undefined) {
        this.#findings.push({ what: `${which} of ${op.name}`, site, shape, counts, given });
      }
    }
  }

  /** Remembers where a call was made, for its gradient. */
  #note([output]: readonly Tensor[]): Site {
    const site = { line: callerLine(), place: currentPlace() };
    if (output?.call !== undefined) this.#sites.set(output.call, site);
    return site;
  }

  async report(): Promise<void> {
    await this.#counts.read();
    const isFound = ({ counts }: { readonly counts: Slot }) => counts().nan + counts().inf > 0;
    const first = this.#findings.find(isFound);
    if (first === undefined) return;
    const { what, site, shape, counts, given } = first;
    const place = site?.place === undefined ? "" : ` in ${site.place.path}`;
    const where = site === undefined ? "made before detectAnomaly began" : `called at ${site.line}`;
    const source = given.find(isFound);
    const cure =
      source === undefined
        ? "look at the values that this call was given"
        : `its input ${source.input + 1} was given with ${show(source.counts())}`;
    throw new WeftError(
      `detectAnomaly: ${what}${place}, ${where}, holds ${show(counts())} in (${shape.join(", ")}); ${cure}.`,
    );
  }

  dispose(): void {
    this.#counts.dispose();
  }
}

const show = ({ nan, inf }: NonFinite): string => `${nan} NaN and ${inf} Inf`;
