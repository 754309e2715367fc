// Ops as methods of Tensor: x.add(y) is add(x, y). The ops themselves know nothing of it.
import * as activation from "./ops/elementwise/activation.js";
import * as arithmetic from "./ops/elementwise/arithmetic.js";
import * as bitwise from "./ops/elementwise/bitwise.js";
import * as blend from "./ops/elementwise/blend.js";
import * as casts from "./ops/elementwise/cast.js";
import * as compare from "./ops/elementwise/compare.js";
import * as powers from "./ops/elementwise/powers.js";
import * as rounding from "./ops/elementwise/rounding.js";
import * as trigonometry from "./ops/elementwise/trigonometry.js";
import { maskedFill } from "./ops/elementwise/where.js";
import { gather, scatterAdd, takeAlongAxis } from "./ops/index/gather.js";
import { indexAdd, indexSelect } from "./ops/index/indexSelect.js";
import { maskedSelect, nonzero } from "./ops/index/masked.js";
import { scatter } from "./ops/index/scatter.js";
import { argsort, sort, topK } from "./ops/index/sort.js";
import { diagonal } from "./ops/layout/diagonal.js";
import { flip } from "./ops/layout/flip.js";
import * as layout from "./ops/layout/layout.js";
import { narrow, select, slice } from "./ops/layout/parts.js";
import * as repetition from "./ops/layout/repeat.js";
import * as splits from "./ops/layout/split.js";
import * as triangles from "./ops/layout/triangle.js";
import { unfold } from "./ops/layout/unfold.js";
import { addmm, linear } from "./ops/linear/linear.js";
import { matmul } from "./ops/linear/matmul.js";
import { dot, outer } from "./ops/linear/products.js";
import { logSoftmax, softmax } from "./ops/network/softmax.js";
import { bernoulli } from "./ops/random/choices.js";
import { multinomial } from "./ops/random/multinomial.js";
import { cumprod, cumsum } from "./ops/reduce/cumulative.js";
import { argmax, argmin, max, min } from "./ops/reduce/extremes.js";
import { all, any } from "./ops/reduce/logic.js";
import { logSumExp } from "./ops/reduce/logSumExp.js";
import { norm } from "./ops/reduce/norm.js";
import { prod } from "./ops/reduce/product.js";
import { std, variance } from "./ops/reduce/spread.js";
import { mean, sum } from "./ops/reduce/sum.js";
import { Tensor } from "./tensor.js";

/** The ops that are methods too: of a module given whole, all whose first argument is a tensor. */
const methods = {
  ...{ ...activation, ...arithmetic, ...bitwise, ...blend, ...casts, ...compare },
  ...{ ...powers, ...rounding, ...trigonometry, maskedFill },
  ...{ ...layout, ...repetition, ...splits, ...triangles, diagonal, flip, narrow, select, slice, unfold },
  ...{ addmm, dot, linear, matmul, outer, logSoftmax, softmax },
  ...{ all, any, argmax, argmin, cumprod, cumsum, logSumExp, max, mean, min, norm, prod, std, sum },
  var: variance,
  ...{ gather, indexAdd, indexSelect, scatter, scatterAdd, takeAlongAxis },
  ...{ argsort, maskedSelect, nonzero, sort, topK, bernoulli, multinomial },
};

/** An op without its first argument, which becomes `this`. */
type Method<F> = F extends (x: Tensor, ...rest: infer Rest) => infer R ? (...rest: Rest) => R : never;

type OpMethods = { [Name in keyof typeof methods]: Method<(typeof methods)[Name]> };

declare module "./tensor.js" {
  interface Tensor extends OpMethods {}
}

for (const [name, op] of Object.entries(methods) as [string, (x: Tensor, ...rest: never[]) => unknown][]) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: never[]) {
      return op(this, ...rest);
    },
  });
}
