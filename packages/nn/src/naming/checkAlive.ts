import { DisposedError, type Tensor } from "@weft/tensor";

/** Refuses a tensor that was freed, and names the place where it was to be used: the tensor itself does not know its name. */
export function checkAlive(place: string, tensor: Tensor): void {
  try {
    void tensor.storage;
  } catch (error) {
    throw error instanceof DisposedError
      ? new DisposedError(`${place}: ${error.message}`, { cause: error })
      : error;
  }
}
