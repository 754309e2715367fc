// The one door to the GPU: every dispatch goes through launch().
import { type Kernel, type Knobs, kernels } from "@weft/kernels";
import { checkOptions } from "./checks/checkArguments.js";
import { bytesPerElement, elementOf } from "./dtype.js";
import { DeviceError, DTypeError, ShapeError } from "./errors.js";
import type { Workgroups } from "./gpu/queue.js";
import {
  type BindingsOf,
  checkElements,
  type KnobsOf,
  type ParamsOf,
  type Strided,
} from "./kernelArguments.js";
import { collapse, isRowMajor, rowMajor, show } from "./shape.js";
import { type Layout, Tensor } from "./tensor.js";

/** Most workgroups along one axis of a dispatch, by WebGPU's default limits. */
export const MAX_WORKGROUPS = 65535;

/**
 * Marks a tensor for a kernel that takes its strides and offset as parameters: it is bound as it lies, not packed.
 *
 * @example
 * const x = zeros([2, 3]);
 * strided(transpose(x)).strided.strides; // [1, 3]
 */
export const strided = (tensor: Tensor): Strided => ({ strided: tensor });

/** How much to start, and with which knobs. */
export type LaunchOptions<K extends Kernel> = {
  readonly knobs?: KnobsOf<K>;
  /** Multiply-adds, where they may be very many: what is heavy is submitted in parts, for a GPU has two seconds to answer. */
  readonly work?: number;
} & (
  | {
      /** Invocations in all; the kernel finds its own by (workgroup.y · workgroups.x + workgroup.x) · WORKGROUP + local. */
      readonly invocations: number;
    }
  | {
      /** One workgroup a row; the kernel finds its row by workgroup.y · workgroups.x + workgroup.x. */
      readonly rows: number;
    }
  | {
      /** Exactly these, at most 65,535 along an axis. */
      readonly workgroups: readonly [x: number, y: number, z: number];
    }
);

/** How much to start. */
type Extent =
  | { readonly invocations: number }
  | { readonly rows: number }
  | { readonly workgroups: Workgroups };

/**
 * Encodes one dispatch of a kernel and returns at once.
 *
 * Kernels see tensors row-major: a strided tensor bound as `read` is packed first. Outputs must be row-major already.
 * More than 65,535 workgroups for `invocations` or `rows` are folded into y; a dispatch of nothing is left out.
 *
 * @throws ShapeError when an output is a strided view, or more workgroups are asked for than an axis may have
 * @throws DTypeError when a tensor's dtype is not what the kernel reads
 * @throws DisposedError when a tensor was freed
 * @example
 * const out = zeros([4], { dtype: "u32" });
 * launch(kernels.fill, { out }, { bits: 3, size: 4 }, { invocations: 4 });
 * await out.toArray(); // [3, 3, 3, 3]
 */
export function launch<K extends Kernel>(
  kernel: K,
  bindings: BindingsOf<K>,
  params: ParamsOf<K>,
  options: LaunchOptions<K>,
): void {
  checkOptions(kernel.name, options, ["invocations", "rows", "workgroups", "knobs", "work"]);
  const knobs = (options.knobs ?? {}) as Knobs;
  const workgroups = grid(kernel, knobs, options);
  if (workgroups.includes(0)) return;
  const bound = bindings as Readonly<Record<string, Tensor | Strided>>;
  const [first] = Object.values(bound);
  if (first === undefined) throw new TypeError(`${kernel.file}: nothing is bound.`);
  const { device } = first instanceof Tensor ? first : first.strided;
  const packed: Tensor[] = [];
  checkElements(kernel, knobs, bound);
  const written = new Set<GPUBuffer>();
  for (const { name, access } of kernel.bindings) {
    const value = bound[name];
    if (value === undefined) throw new TypeError(`${kernel.file}: nothing is bound to ${name}.`);
    if (access === "read") continue;
    const { storage } = value instanceof Tensor ? value : value.strided;
    storage.version++;
    written.add(storage.buffer);
  }
  const buffers = kernel.bindings.map(({ name, access }): GPUBufferBinding => {
    const value = bound[name] as Tensor | Strided;
    const { buffer, start, room } = (value instanceof Tensor ? value : value.strided).storage;
    // WebGPU lets no dispatch read from a buffer, even another part of it, that it writes to.
    const isTaken = access === "read" && written.has(buffer);
    if (!(value instanceof Tensor)) {
      if (!isTaken) return { buffer, offset: start, size: room };
      throw new ShapeError(
        `${kernel.name}: ${name} is read from the buffer that the kernel writes to; give it a copy, made with clone().`,
      );
    }
    if (!isTaken && canBind(value)) return range(value);
    if (access === "read_write") {
      throw new ShapeError(
        `${kernel.name}: ${name} is written to and must be a row-major tensor of its own.`,
      );
    }
    const copy = pack(value);
    packed.push(copy);
    return range(copy);
  });
  const pipeline = device.pipeline(kernel, knobs);
  device.queue.dispatch(kernel, pipeline, buffers, params, { workgroups, work: options.work ?? 0 });
  for (const copy of packed) copy.dispose();
}

/** Whether a kernel that wants a row-major tensor can be given this one as it lies. */
export const canBind = ({ device, isContiguous, offset, dtype }: Tensor): boolean =>
  isContiguous && (offset * bytesPerElement(dtype)) % device.gpu.limits.minStorageBufferOffsetAlignment === 0;

function range(tensor: Tensor): GPUBufferBinding {
  // An empty part may begin where its buffer ends, and a binding must hold something.
  const bytes = bytesPerElement(tensor.dtype);
  const offset = tensor.size === 0 ? 0 : tensor.offset * bytes;
  // Bindings come in fours of bytes.
  const size = Math.ceil((Math.max(tensor.size, 1) * bytes) / 4) * 4;
  const { buffer, start } = tensor.storage;
  return { buffer, offset: start + offset, size };
}

function grid(kernel: Kernel, knobs: Knobs, extent: Extent): Workgroups {
  if ("rows" in extent) return fold(extent.rows);
  if ("invocations" in extent) {
    const size = Number(knobs["WORKGROUP"] ?? kernel.overrides["WORKGROUP"]);
    if (!(size >= 1)) {
      throw new TypeError(
        `${kernel.file}: \`invocations\` needs \`override WORKGROUP: u32 = 64;\` in the kernel; add it, or give \`workgroups\`.`,
      );
    }
    return fold(Math.ceil(extent.invocations / size));
  }
  if (Math.max(...extent.workgroups) > MAX_WORKGROUPS) {
    throw new ShapeError(
      `${kernel.name}: ${extent.workgroups.join(" × ")} workgroups are too many, ${MAX_WORKGROUPS} along an axis are possible; ` +
        "split the tensor.",
    );
  }
  return extent.workgroups;
}

function fold(count: number): Workgroups {
  const rows = Math.ceil(count / MAX_WORKGROUPS);
  return rows <= 1 ? [count, rows, 1] : [Math.ceil(count / rows), rows, 1];
}

/** A row-major copy of a tensor. */
export function pack(x: Tensor): Tensor {
  const copy = empty(x);
  copyElements(x, copy);
  return copy;
}

/**
 * A new row-major tensor of the shape, dtype and device of `like`, with undefined content.
 *
 * @throws DeviceError in the name of `op` when no buffer of the device can be this large
 * @throws DTypeError when the adapter has no f16
 */
export function empty(like: Pick<Tensor, "shape" | "dtype" | "device">, op = "tensor"): Tensor {
  const { shape, dtype, device } = like;
  const layout: Layout = { shape: [...shape], strides: rowMajor(shape), offset: 0 };
  if (dtype === "f16" && !device.gpu.features.has("shader-f16")) {
    throw new DTypeError(`${op}: this adapter has no f16 (WebGPU's shader-f16); use "f32".`);
  }
  const bytes = layout.shape.reduce((size, length) => size * length, bytesPerElement(dtype));
  if (bytes > device.maxBytes) {
    throw new DeviceError(
      `${op}: shape ${show(shape)} of ${dtype} takes ${bytes} bytes, and this device binds at most ${device.maxBytes}; split it.`,
    );
  }
  return new Tensor(device, device.allocate(bytes), dtype, layout);
}

/** Writes the elements of x to another tensor, or to the part of it that `layout` names. */
export function copyElements(x: Tensor, target: Tensor, layout: Layout = target): void {
  const [source, written] = [x.storage, target.storage];
  if (source.buffer === written.buffer && x.size > 0) {
    // WebGPU copies within no buffer, and no dispatch reads and writes one: neither a view of the target nor a
    // neighbour in its arena.
    const copy = pack(x);
    copyElements(copy, target, layout);
    copy.dispose();
    return;
  }
  const bytes = bytesPerElement(x.dtype);
  const [from, to, length] = [x.offset * bytes, layout.offset * bytes, x.size * bytes];
  // WebGPU copies fours of bytes.
  const isWhole = length > 0 && (from | to | length) % 4 === 0;
  if (isWhole && x.isContiguous && isRowMajor(layout.shape, layout.strides)) {
    written.version++;
    x.device.queue.copy(source.buffer, source.start + from, written.buffer, written.start + to, length);
    return;
  }
  const { rank, axes } = collapse(x.shape, [x.strides, layout.strides]);
  launch(
    kernels.copy,
    { x: strided(x), out: strided(target) },
    { axes, offset: x.offset, outOffset: layout.offset, size: x.size },
    { invocations: x.size, knobs: { RANK: rank, Element: elementOf(x.dtype) } },
  );
}
