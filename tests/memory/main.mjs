// npm run memory [-- --steps 10000 --samples 20]: two training loops, one with scopes and one without, and what they hold.
import { parseArgs } from "node:util";
import { open } from "@weft/tensor";
import { curve } from "./curve.mjs";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "10000" }, samples: { type: "string", default: "20" } },
});
const [steps, samples] = [Number(values.steps), Number(values.samples)];
if (!(Number.isInteger(steps) && steps >= samples && Number.isInteger(samples) && samples >= 1)) {
  console.error("memory: --steps and --samples must be whole numbers, and steps the larger of the two.");
  process.exit(2);
}

await open();
console.log("Live figures are the peaks since the row before.");
for (const scopes of [true, false]) {
  console.log(`\n${scopes ? "with scope()" : "without any scope, the loss read every 10 steps"}`);
  console.log("   step  live tensors  live MiB  pooled MiB  RSS MiB   loss");
  const start = performance.now();
  for await (const { step, tensors, liveMiB, pooledMiB, rssMiB, loss } of curve({ steps, scopes, samples })) {
    const columns = [
      String(step).padStart(7),
      String(tensors).padStart(12),
      liveMiB.toFixed(2).padStart(8),
      pooledMiB.toFixed(2).padStart(10),
      rssMiB.toFixed(0).padStart(7),
      loss.toFixed(3).padStart(5),
    ];
    console.log(columns.join("  "));
  }
  console.log(`${((performance.now() - start) / steps).toFixed(2)} ms a step`);
}
