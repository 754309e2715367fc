// Ops as methods of Tensor: x.add(y) is add(x, y). The ops themselves know nothing of it.
import { add, div, maximum, minimum, mul, sub } from "./ops/binary.js";
import { cast } from "./ops/cast.js";
import { contiguous, expand, permute, reshape, squeeze, transpose, unsqueeze } from "./ops/layout.js";
import { linear, matmul } from "./ops/matmul.js";
import { select, slice, unbind } from "./ops/parts.js";
import { max, mean, sum } from "./ops/reduce.js";
import { logSoftmax, softmax } from "./ops/softmax.js";
import { abs, exp, log, neg, relu, sigmoid, sign, sqrt, square, tanh } from "./ops/unary.js";
import { Tensor } from "./tensor.js";

/** An op without its first argument, which becomes `this`. */
type Method<F> = F extends (x: Tensor, ...rest: infer Rest) => infer R ? (...rest: Rest) => R : never;

/** The ops that are methods too. */
export interface OpMethods {
  add: Method<typeof add>;
  div: Method<typeof div>;
  maximum: Method<typeof maximum>;
  minimum: Method<typeof minimum>;
  mul: Method<typeof mul>;
  sub: Method<typeof sub>;
  cast: Method<typeof cast>;
  contiguous: Method<typeof contiguous>;
  expand: Method<typeof expand>;
  permute: Method<typeof permute>;
  reshape: Method<typeof reshape>;
  squeeze: Method<typeof squeeze>;
  transpose: Method<typeof transpose>;
  unsqueeze: Method<typeof unsqueeze>;
  linear: Method<typeof linear>;
  matmul: Method<typeof matmul>;
  select: Method<typeof select>;
  slice: Method<typeof slice>;
  unbind: Method<typeof unbind>;
  max: Method<typeof max>;
  mean: Method<typeof mean>;
  sum: Method<typeof sum>;
  logSoftmax: Method<typeof logSoftmax>;
  softmax: Method<typeof softmax>;
  abs: Method<typeof abs>;
  exp: Method<typeof exp>;
  log: Method<typeof log>;
  neg: Method<typeof neg>;
  relu: Method<typeof relu>;
  sigmoid: Method<typeof sigmoid>;
  sign: Method<typeof sign>;
  sqrt: Method<typeof sqrt>;
  square: Method<typeof square>;
  tanh: Method<typeof tanh>;
}

declare module "./tensor.js" {
  interface Tensor extends OpMethods {}
}

const methods: { readonly [Name in keyof OpMethods]: (x: Tensor, ...rest: never[]) => unknown } = {
  ...{ add, div, maximum, minimum, mul, sub },
  ...{ cast },
  ...{ contiguous, expand, permute, reshape, squeeze, transpose, unsqueeze },
  ...{ linear, matmul },
  ...{ select, slice, unbind },
  ...{ max, mean, sum },
  ...{ logSoftmax, softmax },
  ...{ abs, exp, log, neg, relu, sigmoid, sign, sqrt, square, tanh },
};

for (const [name, op] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: never[]) {
      return op(this, ...rest);
    },
  });
}
