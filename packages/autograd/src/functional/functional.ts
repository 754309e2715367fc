// Derivatives of functions of tensors. They nest: what stands inside another of them can be differentiated again.
import { checkFunction, checkOptions, type Tensor, zeros } from "@weft/tensor";
import { tensorList } from "../tensorList.js";
import {
  checkFactors,
  checkScalar,
  type Derived,
  deriving,
  type Each,
  type FunctionOf,
  gradientsOrZeros,
  like,
  released,
  type Tensors,
} from "./deriving.js";

/** Which argument the gradient is taken of: its position, or several; 0, the first, unless told otherwise. */
type Argument = number | readonly number[];

export interface GradOptions<A extends Argument = Argument> {
  readonly argument?: A;
}

/** One gradient for one argument, as many as there are positions for several. */
type GradientOf<A extends Argument> = A extends readonly number[]
  ? { readonly [K in keyof A]: Tensor }
  : Tensor;

/**
 * The function that computes f and its gradient: `(…x) ↦ [f(…x), ∂f/∂x]` (JAX's value_and_grad).
 *
 * @throws ShapeError when f returns anything but one number
 * @throws RangeError when there is no such argument
 * @example
 * const [value, gradient] = valueAndGrad((x) => sum(square(x)))(tensor([1, 2]));
 * await value.item(); // 5
 * await gradient.toArray(); // [2, 4]
 */
export function valueAndGrad<X extends readonly Tensor[], const A extends Argument = 0>(
  f: (...inputs: X) => Tensor,
  options: GradOptions<A> = {},
): (...inputs: X) => [value: Tensor, grad: GradientOf<A>] {
  return differentiated("valueAndGrad", f, options, (derived, grad) => [released(derived), grad]);
}

/**
 * The function that computes the gradient of f: `(…x) ↦ ∂f/∂x` (JAX's grad). Tensors that f catches from outside count
 * as constants, but gradients of the result flow to them.
 *
 * @throws ShapeError when f returns anything but one number
 * @throws RangeError when there is no such argument
 * @example
 * const cube = (x) => x.mul(x).mul(x);
 * await grad(cube)(tensor(2)).item(); // 12
 * await grad(grad(cube))(tensor(2)).item(); // 12
 * await grad(grad(grad(cube)))(tensor(2)).item(); // 6
 */
export function grad<X extends readonly Tensor[], const A extends Argument = 0>(
  f: (...inputs: X) => Tensor,
  options: GradOptions<A> = {},
): (...inputs: X) => GradientOf<A> {
  return differentiated("grad", f, options, (_, grad) => grad);
}

function differentiated<X extends readonly Tensor[], A extends Argument, R>(
  who: string,
  f: (...inputs: X) => Tensor,
  options: GradOptions<A>,
  resultOf: (derived: Derived<Tensor>, grad: GradientOf<A>) => R,
): (...inputs: X) => R {
  checkFunction(who, "f", f);
  checkOptions(who, options, ["argument"]);
  const { argument } = options;
  const positions = typeof argument === "object" ? argument : [(argument ?? 0) as number];
  return (...inputs) => {
    const chosen = positions.map((position) => {
      const input = inputs[position];
      if (input !== undefined) return input;
      throw new RangeError(
        `${who}: there is no argument ${position}; the function was given ${inputs.length}.`,
      );
    });
    const run = (...standIns: Tensor[]) => {
      const all: Tensor[] = [...inputs];
      for (const [i, position] of positions.entries()) all[position] = standIns[i] as Tensor;
      return f(...(all as unknown as X));
    };
    return deriving(who, run, chosen, (derived) => {
      checkScalar(who, derived.outputs, "sum() it, or use jacobian()");
      const grads = gradientsOrZeros(derived.outputs, derived.inputs, derived);
      const result = typeof argument === "object" ? grads : grads[0];
      return resultOf(derived, result as GradientOf<A>);
    });
  };
}

/**
 * Vector times Jacobian: f(…inputs) and, for each input, `(∂f/∂input)ᵀ · v` (torch.autograd.functional.vjp). v has the
 * shape of f's result, and may be left out where that is one number.
 *
 * @throws ShapeError when v does not have the shapes of f's results
 * @example
 * const [y, dx] = vjp((x) => square(x), tensor([1, 2]), tensor([1, 10]));
 * await y.toArray(); // [1, 4]
 * await dx.toArray(); // [2, 40]
 */
export function vjp<const I extends Tensors, O extends Tensors>(
  f: FunctionOf<I, O>,
  inputs: I,
  v?: Each<O>,
): [value: O, product: Each<I>] {
  return deriving("vjp", f, tensorList("vjp", inputs), (derived) => {
    if (v === undefined) checkScalar("vjp", derived.outputs, "give v, the vector to multiply with");
    const factors = v === undefined ? undefined : tensorList("vjp", v as Tensors, "v");
    if (factors !== undefined) checkFactors("vjp", "results", factors, derived.outputs);
    const grads = gradientsOrZeros(derived.outputs, derived.inputs, {
      createGraph: derived.createGraph,
      ...(factors && { gradOutputs: factors }),
    });
    return [released(derived), like(inputs, grads)];
  });
}

/**
 * Jacobian times vector: f(…inputs) and the derivative of f along v, `Σᵢ ∂f/∂inputᵢ · vᵢ`
 * (torch.autograd.functional.jvp). Computed by differentiating the vector-Jacobian product, which is linear in its vector.
 *
 * @throws ShapeError when v does not have the shapes of the inputs
 * @example
 * const [, dy] = jvp((x) => square(x), tensor([1, 2]), tensor([1, 10]));
 * await dy.toArray(); // [2, 40]
 */
export function jvp<const I extends Tensors, O extends Tensors>(
  f: FunctionOf<I, O>,
  inputs: I,
  v: Each<I>,
): [value: O, product: Each<O>] {
  const factors = tensorList("jvp", v as Tensors, "v");
  const given = tensorList("jvp", inputs);
  checkFactors("jvp", "inputs", factors, given);
  return deriving("jvp", f, given, (derived) => {
    const { outputs, createGraph } = derived;
    const dummies = outputs.map(({ shape, dtype, device }) =>
      zeros(shape, { dtype, device, requiresGrad: true }),
    );
    const linear = gradientsOrZeros(outputs, derived.inputs, { createGraph: true, gradOutputs: dummies });
    const products = gradientsOrZeros(linear, dummies, { createGraph, gradOutputs: factors });
    for (const dummy of dummies) dummy.requiresGrad = false;
    return [released(derived), like(derived.value, products) as Each<O>];
  });
}

/**
 * Hessian times vector: f(…inputs), one number, and for each input `Σⱼ ∂²f/∂inputᵢ∂inputⱼ · vⱼ`
 * (torch.autograd.functional.hvp), without the Hessian itself (Pearlmutter 1994).
 *
 * @throws ShapeError when f returns anything but one number, or v does not have the shapes of the inputs
 * @example
 * const [, product] = hvp((x) => sum(x.mul(x).mul(x)), tensor([1, 2]), tensor([1, 1]));
 * await product.toArray(); // [6, 12]
 */
export function hvp<const I extends Tensors>(
  f: FunctionOf<I>,
  inputs: I,
  v: Each<I>,
): [value: Tensor, product: Each<I>] {
  const factors = tensorList("hvp", v as Tensors, "v");
  const given = tensorList("hvp", inputs);
  checkFactors("hvp", "inputs", factors, given);
  return deriving("hvp", f, given, (derived) => {
    checkScalar("hvp", derived.outputs, "sum() it");
    const first = gradientsOrZeros(derived.outputs, derived.inputs, { createGraph: true });
    const { createGraph } = derived;
    const second = gradientsOrZeros(first, derived.inputs, { createGraph, gradOutputs: factors });
    return [released(derived), like(inputs, second)];
  });
}
