/**
 * What is wrong with tensors, models, files or the device, in one line: what, with which values, and the cure.
 * A number outside its range is a RangeError, a misuse that types forbid a TypeError, as in JavaScript itself.
 */
export class WeftError extends Error {
  override name = "WeftError";
}

/** Shapes, axes or sizes that do not fit. */
export class ShapeError extends WeftError {
  override name = "ShapeError";
}

/** An op met a dtype it does not take. */
export class DTypeError extends WeftError {
  override name = "DTypeError";
}

/** A tensor was used after it was freed. */
export class DisposedError extends WeftError {
  override name = "DisposedError";
}

/** No adapter, a lost device, a limit of the device, or a kernel that does not compile. */
export class DeviceError extends WeftError {
  override name = "DeviceError";
}

/** What an error from elsewhere says, in one line for a message. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n")[0] as string;
