import { Generator, ShapeError, type Tensor, tensor } from "@weft/tensor";
import { checkNumber } from "../optionChecks.js";
import { checkDraw, type DrawOptions } from "./drawing.js";
import { checkTensor, fill } from "./fill.js";
import { fillNormal } from "./hostNormal.js";

export interface OrthogonalOptions extends DrawOptions {
  /** What the matrix is multiplied by; 1 unless told otherwise. */
  readonly gain?: number;
}

/**
 * Fills a weight with a random matrix of orthonormal columns, or rows where there are fewer, in place (Saxe et al. 2014). All
 * such matrices are equally likely. Axes from the second on count as one.
 *
 * It is computed on the host in float64, about 2 · rows · cols · min(rows, cols) multiplications: seconds for a weight of
 * (4096, 1024).
 *
 * @throws ShapeError when the weight has fewer than two axes
 * @example
 * const { weight } = new Linear(3, 2);
 * init.orthogonal(weight, { gain: 2, generator: new Generator(1) });
 * await weight.matmul(weight.transpose()).toArray(); // [[4, 0], [0, 4]]
 */
export function orthogonal(weight: Tensor, options: OrthogonalOptions = {}): Tensor {
  checkTensor("init.orthogonal", weight);
  checkDraw("init.orthogonal", options, ["gain"]);
  const { gain = 1, generator = new Generator() } = options;
  checkNumber("init.orthogonal", "gain", gain, "finite");
  const { shape, dtype, device, size } = weight;
  if (weight.rank < 2) {
    throw new ShapeError(
      `init.orthogonal: (${shape.join(", ")}) is no matrix; use a tensor of two or more axes, and init.normal for a vector.`,
    );
  }
  return fill("init.orthogonal", weight, () => {
    const rows = shape[0] as number;
    const cols = size / rows;
    const [long, short] = [Math.max(rows, cols), Math.min(rows, cols)];
    const columns = orthonormalColumns(long, short, generator);
    const numbers = new Float32Array(size);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        numbers[i * cols + j] = gain * ((rows < cols ? columns[i]?.[j] : columns[j]?.[i]) as number);
      }
    }
    return tensor(numbers, { shape, dtype, device });
  });
}

/**
 * Random orthonormal columns, uniform under the Haar measure (Stewart 1980, "The efficient generation of random orthogonal
 * matrices"): the Q of the QR decomposition of a normal matrix, R's diagonal positive, without computing R. What is left of
 * the matrix behind k Householder reflections is normal again and independent of them, so the vector of each reflection is
 * drawn anew, and Q = H₀ H₁ … of the unit columns, each with the sign of its vector.
 */
function orthonormalColumns(long: number, short: number, generator: Generator): Float64Array[] {
  const columns = Array.from({ length: short }, () => new Float64Array(long));
  for (let k = short - 1; k >= 0; k--) {
    const v = new Float64Array(long - k);
    fillNormal(v, generator);
    const first = v[0] as number;
    const sign = first < 0 ? -1 : 1;
    const norm = Math.sqrt(dot(v, v));
    // H = 1 − 2vvᵀ / vᵀv maps the drawn vector x to ∓|x| e₀, with v = x ± |x| e₀ and vᵀv = 2|x| (|x| + |x₀|).
    v[0] = first + sign * norm;
    const scale = 1 / (norm * (norm + Math.abs(first)));
    (columns[k] as Float64Array)[k] = -sign;
    for (let j = k; j < short; j++) reflect((columns[j] as Float64Array).subarray(k), v, scale);
  }
  return columns;
}

/** In four sums, none of which waits for another: the whole takes half as long as with one. */
function dot(a: Float64Array, b: Float64Array): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (let i = whole; i < a.length; i++) s0 += (a[i] as number) * (b[i] as number);
  return s0 + s1 + (s2 + s3);
}

/** column ← column − scale (vᵀ column) v */
function reflect(column: Float64Array, v: Float64Array, scale: number): void {
  const factor = scale * dot(v, column);
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - factor * (v[i] as number);
}
