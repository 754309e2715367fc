import { kernels } from "@weft/kernels";
import { bitsOf, type DType, dtypeOf, type NumberArray, toArray } from "./dtype.js";
import { ShapeError } from "./errors.js";
import type { Device } from "./gpu/device.js";
import { currentDevice } from "./gpu/open.js";
import { empty, launch } from "./launch.js";
import { checkShape, type Shape, show, sizeOf } from "./shape.js";
import type { NestedArray, Tensor } from "./tensor.js";

export interface CreateOptions {
  /** f32 unless the data is an Int32Array or a Uint32Array. */
  readonly dtype?: DType;
  /** The device opened first, if none is given. */
  readonly device?: Device;
  /** Whether `backward()` shall leave a gradient on this tensor. */
  readonly requiresGrad?: boolean;
}

/** A new tensor with undefined content. */
function create(shape: Shape, options: CreateOptions): Tensor {
  const { dtype = "f32", device = currentDevice(), requiresGrad = false } = options;
  checkShape("tensor", shape);
  const made = empty({ shape, dtype, device });
  made.requiresGrad = requiresGrad;
  return made;
}

/**
 * A tensor of given numbers: a number, nested arrays, or a typed array with a shape.
 *
 * @throws ShapeError when rows differ in length, or the data does not fill the shape
 * @throws DTypeError when a number cannot be stored in the dtype
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 * tensor(new Int32Array([1, 2]), { shape: [2, 1] }).dtype; // "i32"
 */
export function tensor(
  data: NestedArray | readonly number[] | NumberArray,
  options: CreateOptions & { readonly shape?: Shape } = {},
): Tensor {
  const isTyped = ArrayBuffer.isView(data);
  const own = isTyped ? [data.length] : shapeOf(data as NestedArray);
  const shape = options.shape ?? own;
  if (sizeOf(shape) !== sizeOf(own)) {
    throw new ShapeError(
      `tensor: ${sizeOf(own)} numbers do not fill shape ${show(shape)} of ${sizeOf(shape)}.`,
    );
  }
  const dtype = options.dtype ?? (isTyped ? dtypeOf(data) : "f32");
  const flat = isTyped ? data : ([data] as unknown[]).flat(Number.POSITIVE_INFINITY);
  const values = toArray("tensor", dtype, flat as ArrayLike<number>);
  const made = create(shape, { ...options, dtype });
  made.device.upload(made.storage, values as NumberArray & ArrayBufferView<ArrayBuffer>);
  return made;
}

function shapeOf(data: NestedArray): number[] {
  if (typeof data === "number") return [];
  if (!Array.isArray(data))
    throw new ShapeError(`tensor: expected numbers or arrays of numbers, got ${typeof data}.`);
  const inner = data.map(shapeOf);
  const first = inner[0] ?? [];
  for (const other of inner) {
    if (show(other) !== show(first)) {
      throw new ShapeError(`tensor: rows differ, one has shape ${show(first)} and one ${show(other)}.`);
    }
  }
  return [data.length, ...first];
}

/**
 * A tensor filled with one value.
 *
 * @example
 * await full([2], 7).toArray(); // [7, 7]
 */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  const made = create(shape, options);
  const { size } = made;
  launch(kernels.fill, { out: made }, { bits: bitsOf(made.dtype, value), size }, { invocations: size });
  return made;
}

/**
 * A tensor of zeros.
 *
 * @example
 * await zeros([2]).toArray(); // [0, 0]
 */
export const zeros = (shape: Shape, options: CreateOptions = {}): Tensor => full(shape, 0, options);

/**
 * A tensor of ones.
 *
 * @example
 * await ones([2]).toArray(); // [1, 1]
 */
export const ones = (shape: Shape, options: CreateOptions = {}): Tensor => full(shape, 1, options);

/**
 * The numbers 0 … n − 1.
 *
 * @throws ShapeError when n is not a whole number ≥ 0
 * @example
 * await arange(3).toArray(); // [0, 1, 2]
 */
export function arange(n: number, options: CreateOptions = {}): Tensor {
  checkShape("arange", [n]);
  return tensor(
    Array.from({ length: n }, (_, i) => i),
    options,
  );
}
