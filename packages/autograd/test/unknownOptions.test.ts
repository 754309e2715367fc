import { backward, gradcheck, gradgradcheck, gradients, grad as gradOf, valueAndGrad } from "@weft/autograd";
import { ones, open, square, sum, type Tensor, zeros } from "@weft/tensor";
import { beforeAll, describe } from "vitest";
import { proveOptions, type Row } from "../../../tests/options/proveOptions.js";

beforeAll(async () => {
  await open();
});

const leaf = () => ones([2], { requiresGrad: true });
const loss = (x: Tensor) => sum(square(x));

const table: Readonly<Record<string, Row>> = {
  backward: [{ retainGraph: true }, (o) => backward(loss(leaf()), o)],
  gradients: [
    { allowUnused: true },
    (o) => {
      const x = leaf();
      return gradients(loss(x), [x], o);
    },
  ],
  grad: [{ argument: 0 }, (o) => gradOf(loss, o)(zeros([2]))],
  valueAndGrad: [{ argument: [0] }, (o) => valueAndGrad(loss, o)(zeros([2]))],
  gradcheck: [{ directions: 1, seed: 1 }, (o) => gradcheck(loss, [ones([2])], o)],
  gradgradcheck: [{ directions: 1, seed: 1 }, (o) => gradgradcheck(loss, [ones([2])], o)],
};

describe("unknown options", () => {
  proveOptions(["packages/autograd/dist/index.d.ts"], table);
});
