// Step 2: the tape. Every result remembers the call that made it; backward() reads the calls newest first.
import "@weft/autograd";
import { gradcheck } from "@weft/autograd";
import { open, type Tensor, tensor } from "@weft/tensor";

await open();
const x = tensor([1, 2, 3], { requiresGrad: true });
const loss = x.square().mul(0.5).sum(); // ½ Σ x²

for (let at: Tensor | undefined = loss; at?.call !== undefined; at = at.call.inputs[0]) {
  console.log(`${at.call.op.name} made a tensor of shape (${at.shape.join(", ")})`);
}

loss.backward();
console.log("d/dx ½ Σ x² = x:", await x.grad?.toArray());

// A gradient is checked against differences of the function itself.
const worst = await gradcheck((v) => v.sigmoid().mul(v), [tensor([-1, 0.5, 2])]);
console.log(`x · σ(x): gradient and differences agree within ${worst.toExponential(0)}`);
