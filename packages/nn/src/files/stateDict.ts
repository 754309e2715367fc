// Between tensors on the GPU and the bytes of a file.
import {
  checkOptions,
  currentDevice,
  type Device,
  ShapeError,
  scope,
  Tensor,
  tensor,
  toHalf,
} from "@weft/tensor";
import { checkAlive } from "../naming/checkAlive.js";
import { checkState } from "../naming/checkState.js";
import { described } from "../naming/describe.js";
import { FileError, quoted } from "./fileError.js";
import { numbersOf } from "./numbers.js";
import { decodeSafetensors, encodeSafetensors, type Metadata } from "./safetensors.js";
import type { StoredTensor } from "./stored.js";

/** Tensors by name, as `stateDict()` gives and `loadStateDict()` takes them, and the strings that came with them. */
export interface LoadedTensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Metadata;
}

export interface RestoreOptions {
  /** Where the tensors go; the device opened first, if none is given. */
  readonly device?: Device;
  /** What error messages call the file. */
  readonly name?: string;
}

/**
 * Reads tensors from the GPU, as they are at the moment of the call: training may go on while they come. Strided tensors
 * are packed row-major; a tensor that has two names, such as a tied weight, is read once and stands under both.
 *
 * @throws TypeError when the state is no tensors by name
 * @throws DisposedError when a tensor was freed
 * @throws DeviceError when the device is lost
 * @example
 * const stored = await storeTensors({ x: tensor([1, 2]) });
 * stored.get("x").data; // new Float32Array([1, 2])
 */
export async function storeTensors(
  state: Readonly<Record<string, Tensor>>,
): Promise<Map<string, StoredTensor>> {
  checkState("safetensors", state);
  const reads = new Map<Tensor, Promise<StoredTensor>>();
  const named = Object.entries(state).map(async ([name, tensor]) => {
    if (!(tensor instanceof Tensor)) {
      throw new TypeError(
        `safetensors: ${quoted(name)} is ${described(tensor)}, not a tensor; pass model.stateDict().`,
      );
    }
    checkAlive(`safetensors: ${quoted(name)}`, tensor);
    const read = reads.get(tensor) ?? store(tensor);
    reads.set(tensor, read);
    return [name, await read] as const;
  });
  return new Map(await Promise.all(named));
}

const NAMES = { f32: "F32", f16: "F16", i32: "I32", u32: "U32", bool: "BOOL" } as const;

async function store(tensor: Tensor): Promise<StoredTensor> {
  const { dtype, shape } = tensor;
  const data = await tensor.data();
  return {
    dtype: NAMES[dtype],
    shape,
    data: dtype === "f16" ? Uint16Array.from(data, toHalf) : data,
  } as StoredTensor;
}

/**
 * Puts stored tensors on the GPU, in the dtypes of `numbersOf`; F16 stays f16 where the adapter has it and becomes f32
 * elsewhere, which holds the same values.
 *
 * @throws FileError when an integer needs more than 32 bits, or a tensor has more axes than Weft knows
 * @throws DeviceError when the device cannot hold a tensor
 * @example
 * const stored = new Map([["x", { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) }]]);
 * await restoreTensors(stored).x.toArray(); // [1, 2]
 */
export function restoreTensors(
  stored: ReadonlyMap<string, StoredTensor>,
  options: RestoreOptions = {},
): Record<string, Tensor> {
  checkOptions("restoreTensors", options, ["device", "name"]);
  // A scope frees what was made before a later tensor fails.
  return scope(() =>
    Object.fromEntries([...stored].map(([name, tensor]) => [name, restore(name, tensor, options)])),
  );
}

/** Puts one stored tensor on the GPU. */
export function restore(name: string, stored: StoredTensor, options: RestoreOptions): Tensor {
  const { device = currentDevice(), name: file = "safetensors" } = options;
  const at = `${file}: tensor ${quoted(name)}`;
  const { dtype, data } = numbersOf(stored, at);
  const lacksHalf = dtype === "f16" && !device.gpu.features.has("shader-f16");
  try {
    return tensor(data, { shape: stored.shape, dtype: lacksHalf ? "f32" : dtype, device });
  } catch (error) {
    // Empty tensors may have any number of axes, of any length.
    if (error instanceof ShapeError) throw new FileError(`${at}: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * The bytes of a safetensors file with these tensors, which PyTorch and others can read: names, shapes and layouts of
 * `stateDict()` are PyTorch's. The metadata say `format: "pt"`, as PyTorch's tools expect, besides what is given.
 *
 * A tied weight is written under each of its names, so that `load_state_dict(strict=True)` finds them all.
 *
 * @throws TypeError when the state is no tensors by name, such as a model
 * @throws FileError when metadata are no strings
 * @throws DisposedError when a tensor was freed
 * @example
 * const layer = new Linear(2, 1, { bias: false });
 * const bytes = await toSafetensors(layer.stateDict(), { epoch: "3" });
 * layer.loadStateDict(fromSafetensors(bytes).tensors);
 */
export async function toSafetensors(
  state: Readonly<Record<string, Tensor>>,
  metadata: Metadata = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return encodeSafetensors(await storeTensors(state), { format: "pt", ...metadata });
}

/**
 * The tensors of a safetensors file, on the GPU. F64 is rounded to f32, BF16 becomes f32, I64 becomes i32 if its numbers
 * fit (`numbersOf` has all of it).
 *
 * @throws TypeError when the bytes are none, such as the name of a file
 * @throws FileError when the bytes are no sound safetensors file, or hold what Weft has no dtype for
 * @throws DeviceError when the device cannot hold a tensor
 * @example
 * const bytes = await toSafetensors({ x: tensor([1, 2]) });
 * const { tensors, metadata } = fromSafetensors(bytes);
 * await tensors.x.toArray(); // [1, 2]
 * metadata; // { format: "pt" }
 */
export function fromSafetensors(bytes: Uint8Array<ArrayBuffer>, options: RestoreOptions = {}): LoadedTensors {
  checkOptions("fromSafetensors", options, ["device", "name"]);
  const { tensors, metadata } = decodeSafetensors(bytes, options.name);
  return { tensors: restoreTensors(tensors, options), metadata };
}
