// Gathers tensors in one buffer, so that one dispatch reaches all of them. See docs/decisions/015.
import { checkTensor } from "./checks/checkTensor.js";
import { bytesPerElement } from "./dtype.js";
import { DeviceError, DTypeError, ShapeError, WeftError } from "./errors.js";
import { PART_ALIGNMENT } from "./gpu/memory/storage.js";
import { show } from "./shape.js";
import type { Tensor } from "./tensor.js";

/**
 * Moves the memory of a tensor into a part of another one, the arena, from element `offset` on. The Tensor stays the
 * same object with the same numbers: whoever holds it, and every view of it made before or later, sees the new place.
 * Nothing else may use that part; writes to the tensor count for it alone, not for its neighbours in the arena.
 *
 * The arena's memory lives as long as it or any tensor moved into it. A tensor may be moved again, into another arena.
 *
 * @throws ShapeError when the tensor is a view, or its part would begin off a multiple of 256 bytes or reach past the end
 * @throws WeftError when the arena is a part itself, the tensor is in it already, or the tensor is an arena
 * @example
 * const [arena, x] = [zeros([128]), tensor([1, 2])];
 * const view = x.reshape([2, 1]);
 * moveInto(arena, 64, x);
 * await arena.slice(0, 63, 67).toArray(); // [0, 1, 2, 0]
 * assign(x, tensor([3, 4]));
 * await view.toArray(); // [[3], [4]]
 */
export function moveInto(arena: Tensor, offset: number, x: Tensor): void {
  checkTensor("moveInto", arena, "the arena");
  checkTensor("moveInto", x, "input 3");
  const { device, storage, dtype, shape } = x;
  if (device !== arena.device)
    throw new DeviceError("moveInto: tensor and arena live on different devices; make them on one.");
  if (dtype !== arena.dtype)
    throw new DTypeError(`moveInto: the tensor is ${dtype} and the arena ${arena.dtype}; use cast().`);
  if (!isWhole(x)) {
    throw new ShapeError(
      `moveInto: the tensor ${show(shape)} is a view of a part of another or lies transposed; use clone() for one of its own.`,
    );
  }
  const isArena = storage === arena.storage || storage.hasParts;
  if (isArena || !isWhole(arena) || arena.storage.arena !== undefined || storage.arena === arena.storage) {
    throw new WeftError(
      "moveInto: tensors move into a tensor of their own, once each, and no arena moves; make another arena.",
    );
  }
  const start = offset * bytesPerElement(dtype);
  const fits = Number.isInteger(offset) && start >= 0 && start + storage.bytes <= arena.storage.bytes;
  if (start % PART_ALIGNMENT !== 0 || !fits) {
    throw new ShapeError(
      `moveInto: ${x.size} elements do not fit at offset ${offset} of ${arena.size}; ` +
        `parts begin at multiples of ${PART_ALIGNMENT / bytesPerElement(dtype)} elements and end inside.`,
    );
  }
  // The copy goes by fours of bytes; both places have room for them.
  const bytes = Math.ceil(storage.bytes / 4) * 4;
  if (bytes > 0) device.queue.copy(storage.buffer, storage.start, arena.storage.buffer, start, bytes);
  storage.moveInto(arena.storage, start);
}

/** Whether a tensor shows its whole memory, in row-major order. */
const isWhole = ({ offset, isContiguous, size, dtype, storage }: Tensor): boolean =>
  offset === 0 && isContiguous && size * bytesPerElement(dtype) === storage.bytes;
