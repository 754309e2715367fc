import { narrow, WeftError } from "@weft/tensor";
import { LSTM, LSTMCell } from "../layers/recurrent/lstm.js";
import { checkNumber } from "../optionChecks.js";
import { constant } from "./constants.js";

/**
 * Sets the bias of the forget gate to a value, in place and in every layer and direction: its part of `bias_ih` to the
 * value, that of `bias_hh` to 0, so that their sum is the value. With 1 a new LSTM remembers instead of forgetting half at
 * every step (Jozefowicz et al. 2015).
 *
 * @throws TypeError when the layer is no LSTM or LSTMCell
 * @throws WeftError when it has no biases
 * @example
 * const lstm = init.forgetGateBias(new LSTM(3, 2), 1);
 * await lstm.stateDict().bias_ih_l0.slice(0, 2, 4).toArray(); // [1, 1]
 */
export function forgetGateBias<Layer extends LSTM | LSTMCell>(lstm: Layer, value = 1): Layer {
  const op = "init.forgetGateBias";
  if (!(lstm instanceof LSTM || lstm instanceof LSTMCell)) {
    const given = (lstm as object | undefined)?.constructor.name ?? String(lstm);
    throw new TypeError(`${op}: ${given} has no forget gate; use it for an LSTM or LSTMCell.`);
  }
  checkNumber(op, "value", value, "finite");
  const biases = Object.entries(lstm.stateDict()).filter(([name]) => name.startsWith("bias_"));
  if (biases.length === 0) {
    throw new WeftError(`${op}: the ${lstm.constructor.name} has no biases; make it without bias: false.`);
  }
  for (const [name, bias] of biases) {
    const hidden = bias.size / 4; // the gates are i, f, g, o
    constant(narrow(bias, 0, hidden, hidden), name.startsWith("bias_ih") ? value : 0);
  }
  return lstm;
}
