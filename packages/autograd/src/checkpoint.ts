import {
  apply,
  type Call,
  checkFunction,
  type Draws,
  isRecording,
  nextOrder,
  type Op,
  redraw,
  scope,
  type Tensor,
  WeftError,
  withDraws,
  withRecording,
} from "@weft/tensor";
import { currentPlace, withPlace } from "./anomaly/place.js";
import { seedsOf, walk } from "./backward.js";
import { callsBehind, callsFrom, madeBefore } from "./calls.js";

/** What a checkpointed function returns: a tensor or several. */
type Result = Tensor | readonly Tensor[];

/**
 * Computes `f(...inputs)` and keeps nothing of what was computed on the way: `backward()` runs f once more instead
 * (Chen et al. 2016). f may use any tensors beside its inputs, such as parameters, and they get their gradients. It must
 * compute the same both times; random numbers do, because the generators it draws from are set back for the second run
 * (one that f makes itself, without a seed, is another one each time).
 *
 * @throws WeftError when f returns a Promise or, in `backward()`, when its second run differs from the first
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * sum(checkpoint((x) => square(square(x)), x)).backward();
 * await x.grad.toArray(); // [4, 32]
 */
export function checkpoint<const I extends readonly Tensor[], R extends Result>(
  f: (...inputs: I) => R,
  ...inputs: I
): R {
  checkFunction("checkpoint", "f", f);
  if (!isRecording()) return f(...inputs);
  const draws: Draws = new Map();
  let boundary: readonly Tensor[] = []; // not returned from the scope: what f made ends with it
  const { results, isList, made } = scope(() => {
    const first = record(() => withDraws(draws, () => f(...inputs)));
    boundary = first.boundary;
    // The results live on as tensors without history on the same memory.
    const bare = new Map(first.made.map((x) => [x, x.detach()]));
    return {
      results: first.results.map((x) => bare.get(x) ?? x),
      made: [...bare.values()],
      isList: first.isList,
    };
  });
  if (made.length > 0) {
    const place = currentPlace();
    const rerun = () => withPlace(place, () => redraw(draws, () => record(() => f(...inputs))));
    const outside = boundary.filter((x) => !x.disposed); // a leaf that f made is gone
    const op = checkpointOp(made, boundary.length - outside.length, rerun);
    apply(op, [...new Set([...inputs, ...outside])], undefined);
  }
  return (isList ? results : results[0]) as R;
}

/** What a function computed, with recording on. */
interface Run {
  readonly results: readonly Tensor[];
  readonly isList: boolean;
  /** The calls behind the results that were made in this run. */
  readonly calls: ReadonlySet<Call>;
  /** The results that they made. */
  readonly made: readonly Tensor[];
  /** Tensors from before the run that these calls read and that require a gradient. */
  readonly boundary: readonly Tensor[];
}

function record(f: () => Result): Run {
  const since = nextOrder();
  const [result] = withRecording(true, () => [f()]);
  if (typeof (result as { then?: unknown }).then === "function") {
    (result as unknown as Promise<unknown>).then(undefined, () => {});
    throw new WeftError("checkpoint: the function returned a Promise; it must be synchronous.");
  }
  const isList = Array.isArray(result);
  const results = (isList ? result : [result]) as readonly Tensor[];
  const calls = callsBehind("checkpoint", results, { since });
  const made = new Set(results.filter(({ call }) => call !== undefined && calls.has(call)));
  return { results, isList, calls, made: [...made], boundary: madeBefore(since, calls) };
}

/** The one call that stands on the tape for everything f computed. f may make leaves itself, which nobody else sees. */
const checkpointOp = (made: readonly Tensor[], ownLeaves: number, rerun: () => Run): Op => ({
  name: "checkpoint",
  isView: false,
  outputs: () => [...made],
  forward: () => {},
  backward({ inputs, outputs }, arrived) {
    const again = rerun();
    const shapes = (tensors: readonly Tensor[]) =>
      tensors.map(({ shape }) => `(${shape.join(", ")})`).join(", ");
    if (shapes(again.made) !== shapes(outputs)) {
      throw new WeftError(
        `checkpoint: the function gave ${shapes(outputs)} at first and ${shapes(again.made)} in backward(); ` +
          "it must compute the same both times.",
      );
    }
    const other = again.boundary.filter((x) => !inputs.includes(x));
    if (other.length !== ownLeaves) {
      throw new WeftError(
        `checkpoint: in backward() the function used a tensor (${other[0]?.shape.join(", ")}) that it did not use at first; ` +
          "it must compute the same both times.",
      );
    }
    // Only calls of this run are walked: it ends at the boundary, from where the walk outside goes on.
    const wanted = new Set(inputs);
    const seeds = seedsOf(again.made, arrived);
    const found = walk(callsFrom(wanted, again.calls), seeds, { wanted });
    return inputs.map((input) => {
      const grad = found.get(input);
      return grad && (() => grad);
    });
  },
});
