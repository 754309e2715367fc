// Step 1: tensors. Numbers on the GPU, ops on them, and reading them back.
import { matmul, memory, open, scope, softmax, tensor } from "@weft/tensor";

const device = await open();
console.log(`computing on ${device.info.description}`);

const scores = tensor([
  [1, 2, 3],
  [1, 1, 1],
]); // (2, 3)
console.log("softmax of each row", await softmax(scores).toArray());

// Shapes broadcast from the last axis: (2, 3) + (3) → (2, 3).
console.log("plus a row", await scores.add(tensor([10, 20, 30])).toArray());

// A view shares memory: transposing moves nothing. (2, 3) · (3, 2) → (2, 2)
console.log("x · xᵀ", await matmul(scores, scores.transpose()).toArray());

// What is made in a scope and not returned is freed at its end.
const before = memory().tensors;
const total = scope(() => scores.square().mul(2).sum());
console.log("total", await total.item(), "new tensors:", memory().tensors - before);
