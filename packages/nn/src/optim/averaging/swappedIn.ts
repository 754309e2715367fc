// Which parameters hold averages in place of their own numbers, so that nothing trains or averages those.
import { type Tensor, WeftError } from "@weft/tensor";

/** The name of the averages to which `swapIn()` gave a parameter. */
const swappedIn = new WeakMap<Tensor, string>();

/** Notes that parameters were given to averages of this name, or, without one, that they were given back. */
export function noteSwap(parameters: readonly Tensor[], name: string | undefined): void {
  for (const parameter of parameters) {
    if (name === undefined) swappedIn.delete(parameter);
    else swappedIn.set(parameter, name);
  }
}

/** @throws WeftError when one of the parameters is given to averages; `where` asks */
export function refuseSwapped(where: string, parameters: readonly Tensor[]): void {
  const given = parameters.find((parameter) => swappedIn.has(parameter));
  if (given === undefined) return;
  throw new WeftError(
    `${where} between swapIn() and swapOut() of ${swappedIn.get(given)}; call swapOut() first.`,
  );
}
