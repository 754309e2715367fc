import type { Tensor } from "../../tensor.js";
import { reshape } from "./layout.js";

/** A single number as a row of one: what PyTorch makes of it in ops along an axis. */
export const asRow = (x: Tensor): Tensor => (x.rank === 0 ? reshape(x, [1]) : x);

/** A row of one as the single number it was made of, where x was one. */
export const likeInput = (result: Tensor, x: Tensor): Tensor => (x.rank === 0 ? reshape(result, []) : result);
