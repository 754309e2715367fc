import { type Owned, track } from "./ambient/scope.js";
import { bytesPerElement, type DType, decode, hostArray, isFloat, type NumberArray } from "./dtype.js";
import { DisposedError, DTypeError, ShapeError } from "./errors.js";
import type { Device } from "./gpu/device.js";
import { noteOf } from "./gpu/memory/makers.js";
import type { Made, Storage } from "./gpu/memory/storage.js";
import { at, isRowMajor, type Shape, sameShape, show, sizeOf } from "./shape.js";

/** How a tensor's elements lie in its storage; strides and offset count elements. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Computes one gradient when it is asked for, so that nobody pays for one that no input needs. */
export type Gradient = () => Tensor;

/** What `apply` needs of an op. Made by `defineOp`, `defineMultiOp` and `defineView`. */
export interface Op {
  readonly name: string;
  /** Whether outputs share the storage of the input. */
  readonly isView: boolean;
  /** The inputs whose elements the gradient rule reads, where these are not all of them, and no outputs. */
  readonly reads?: readonly number[];
  outputs(inputs: readonly Tensor[], attributes: unknown): Tensor[];
  forward(inputs: readonly Tensor[], outputs: readonly Tensor[], attributes: unknown): void;
  /** The gradient rule, given the gradient of each output, or undefined for an output that none reached. */
  readonly backward:
    | ((call: Call, arrived: readonly (Tensor | undefined)[]) => readonly (Gradient | undefined)[])
    | undefined;
  /** The same outputs made by other ops, for gradients that are differentiated again. */
  readonly composed?: ((inputs: readonly Tensor[], attributes: unknown) => readonly Tensor[]) | undefined;
}

/** The note on a tensor of which call made it. Read newest first, the calls behind a loss are the tape. */
export interface Call {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: unknown;
  /** A counter: a call comes after all calls that made its inputs. */
  readonly order: number;
  /** Writes to the storages of inputs and outputs when the call was made; undefined for those that the gradient does not read. */
  readonly versions: readonly (number | undefined)[] | undefined;
}

/** A (nested) array of numbers, or of booleans, as deep as the tensor's rank; a plain value for rank 0. */
export type NestedArray = number | boolean | NestedArray[];

/**
 * An n-dimensional array of numbers on the GPU. Several tensors may view one storage.
 * Ops are methods too: `add(x, y)` is `x.add(y)`.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * await x.mul(2).sum({ axis: 0 }).toArray(); // [8, 12]
 */
export class Tensor implements Owned {
  readonly device: Device;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  /** The call that made this tensor, noted while gradients are on. */
  call: Call | undefined = undefined;
  readonly #storage: Storage;
  readonly #made: Made | undefined;
  #requiresGrad = false;
  #grad: Tensor | undefined;
  #freed: string | undefined;
  /** Outlives the call, which goes when the tensor is freed. */
  #wasComputed = false;

  constructor(device: Device, storage: Storage, dtype: DType, layout: Layout) {
    this.device = device;
    this.dtype = dtype;
    this.shape = layout.shape;
    this.strides = layout.strides;
    this.offset = layout.offset;
    this.#storage = storage;
    this.#made = device.debug ? noteOf(layout.shape, dtype) : undefined;
    storage.retain(this.#made);
    collected.register(this, { storage, made: this.#made }, this);
    track(this);
  }

  /**
   * Whether gradients flow to this tensor. Set it on a leaf; results of ops inherit it.
   *
   * @throws DTypeError when it is set on a tensor of whole numbers or bool
   */
  get requiresGrad(): boolean {
    return this.#requiresGrad;
  }

  set requiresGrad(value: boolean) {
    if (value && !isFloat(this.dtype)) {
      throw new DTypeError(
        `requiresGrad: a tensor of dtype ${this.dtype} has no gradient; use cast(x, "f32").`,
      );
    }
    this.#requiresGrad = value;
  }

  /**
   * The gradient that `backward()` left on this leaf. Null counts as none, as in PyTorch.
   *
   * @throws TypeError when it is set to what is no tensor
   * @throws ShapeError when it is set to a tensor of another shape
   */
  get grad(): Tensor | undefined {
    return this.#grad;
  }

  set grad(value: Tensor | undefined) {
    const grad: unknown = value ?? undefined;
    if (grad !== undefined && !(grad instanceof Tensor))
      throw new TypeError(`grad: ${String(grad)} is no gradient; use a tensor, or undefined for none.`);
    if (grad !== undefined && !sameShape(grad.shape, this.shape)) {
      throw new ShapeError(
        `grad: the tensor is ${show(this.shape)} and its gradient ${show(grad.shape)}; give them one shape.`,
      );
    }
    this.#grad = grad;
  }

  /**
   * Whether it is no result of an op through which gradients flow: on a leaf with `requiresGrad`, `backward()` leaves its
   * gradient. A freed tensor is what it was.
   *
   * @example
   * const x = ones([2], { requiresGrad: true });
   * [x.isLeaf, x.mul(2).isLeaf, x.mul(2).detach().isLeaf]; // [true, false, true]
   */
  get isLeaf(): boolean {
    return this.call === undefined && !this.#wasComputed;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  get disposed(): boolean {
    return this.#freed !== undefined;
  }

  /**
   * The buffer behind this tensor.
   *
   * @throws DisposedError when the tensor was freed
   */
  get storage(): Storage {
    if (this.#freed !== undefined) {
      const by = this.madeAt === undefined ? "" : ` (made at ${this.madeAt})`;
      throw new DisposedError(`tensor ${show(this.shape)}${by} was freed ${this.#freed}.`);
    }
    return this.#storage;
  }

  /** `file:line:column` of the code that made this tensor; known in debug mode only. */
  get madeAt(): string | undefined {
    return this.#made?.line;
  }

  /** What it is, without its numbers: those are on the GPU. */
  toString(): string {
    return `Tensor ${this.dtype} ${show(this.shape)}`;
  }

  /** Operators would compute with that text: `a > b` compare it, and `a + b` join it. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TypeError(
      `${this}: an operator does not see its numbers, which are on the GPU; use add(a, b), gt(a, b), …, or await x.item().`,
    );
  }

  /** So that JSON of what holds tensors, in a message for instance, shows that instead of the GPU's objects. */
  toJSON(): string {
    return this.toString();
  }

  /** Lets console.log of Node show that too. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** A tensor of another layout on the same storage. */
  view(layout: Layout): Tensor {
    if (layout.strides === undefined)
      throw new TypeError("view: a layout has shape, strides and offset; use reshape().");
    return new Tensor(this.device, this.storage, this.dtype, layout);
  }

  /** The same values without their history: gradients stop here. */
  detach(): Tensor {
    return this.view(this);
  }

  /**
   * Frees the tensor and its gradient now; a second call does nothing. To keep the gradient, set `grad` to undefined first.
   * An op that has nothing to do, such as a cast to the tensor's own dtype or a reshape to its own shape, returns the tensor
   * itself: freeing the result frees it.
   */
  dispose(): void {
    if (this.disposed) return;
    this.free("by dispose()");
    this.#grad?.dispose();
  }

  /** Lets `using x = …` free the tensor at the end of its block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Frees the tensor; `how` completes "tensor was freed …" in the message for whoever uses it later. */
  free(how: string): void {
    if (this.#freed !== undefined) return;
    this.#freed = how;
    this.#wasComputed = !this.isLeaf;
    this.call = undefined;
    collected.unregister(this);
    this.#storage.release(this.#made);
  }

  /** Tells that no scope will free the tensor: JavaScript's collector has to. */
  loosen(): void {
    this.#storage.loosen();
  }

  /**
   * Copies the elements to the host, in row-major order.
   *
   * @throws DisposedError when the tensor was freed
   * @throws DeviceError when the device is lost
   * @example
   * await tensor([1, 2]).data(); // new Float32Array([1, 2])
   */
  async data(): Promise<NumberArray> {
    const { size, shape, strides, offset, dtype } = this;
    // Elements between the first and the last one that the tensor reads.
    const reach = size === 0 ? 0 : shape.reduce((end, n, axis) => end + (n - 1) * at(strides, axis), 1);
    const bytes = bytesPerElement(dtype);
    // Reads go by four bytes: two elements of an f16.
    const skipped = (offset * bytes) % 4;
    const first = offset * bytes - skipped;
    const read = await this.device.read(this.storage, first, Math.ceil((skipped + reach * bytes) / 4) * 4);
    const data = decode(dtype, read).subarray(skipped / bytes, skipped / bytes + reach);
    return this.isContiguous ? data : pack(data, this);
  }

  /**
   * Copies the elements to the host as nested arrays, booleans for dtype bool; a plain value for rank 0.
   *
   * @example
   * await ones([2, 2]).toArray(); // [[1, 1], [1, 1]]
   */
  async toArray(): Promise<NestedArray> {
    const { shape, dtype } = this;
    const data = await this.data();
    const nest = (axis: number, first: number, size: number): NestedArray => {
      if (axis === shape.length) return dtype === "bool" ? data[first] === 1 : (data[first] as number);
      const length = at(shape, axis);
      const inner = length === 0 ? 0 : size / length;
      return Array.from({ length }, (_, i) => nest(axis + 1, first + i * inner, inner));
    };
    return nest(0, 0, data.length);
  }

  /**
   * The number in a tensor of one element; 0 or 1 for dtype bool.
   *
   * @throws ShapeError when there are more or none
   * @example
   * await tensor([1, 2]).sum().item(); // 3
   */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: the tensor must hold one number, got shape ${show(this.shape)}; use toArray().`,
      );
    }
    return (await this.data())[0] as number;
  }
}

/** Storages of tensors that JavaScript collected before anyone freed them. */
const collected = new FinalizationRegistry<{ storage: Storage; made: Made | undefined }>(
  ({ storage, made }) => storage.release(made),
);

/** Row-major copy of a strided layout whose first element is data[0]. */
function pack(data: NumberArray, { shape, strides, dtype }: Tensor): NumberArray {
  const out = hostArray(dtype, sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let source = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[source] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += at(strides, axis);
      index[axis] = at(index, axis) + 1;
      if (at(index, axis) < at(shape, axis)) break;
      source -= at(strides, axis) * at(shape, axis);
      index[axis] = 0;
    }
  }
  return out;
}
