import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Finalizers run when V8 finds time for them: after one collection mostly, on a busy machine after several. */
const MOST_ROUNDS = 200;

/** Collects what nothing refers to until `isDone`, or until waiting is no use. */
export async function collectGarbage(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS && !isDone(); round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, round));
  }
}
