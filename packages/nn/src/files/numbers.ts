import { type DType, fromHalf, type NumberArray } from "@weft/tensor";
import { FileError } from "./fileError.js";
import { STORED, type StoredTensor } from "./stored.js";

/** The elements of a tensor on the host, in the dtype that Weft has for them. */
export interface Numbers {
  readonly dtype: DType;
  readonly data: NumberArray;
}

/**
 * The elements of a stored tensor in a dtype of Weft: F32, F16, I32, U32 and BOOL stay what they are; F64 is rounded to
 * f32, as PyTorch does when it copies into a float32 parameter, and BF16 becomes f32 exactly; I64, I16, I8, U16 and U8
 * become i32, U64 becomes u32.
 *
 * @param name what the error message calls the tensor
 * @throws FileError when an I64 or U64 needs more than 32 bits, or a BOOL is neither 0 nor 1
 * @example
 * numbersOf({ dtype: "I64", shape: [2], data: BigInt64Array.of(3n, -1n) }).data; // new Int32Array([3, -1])
 * numbersOf({ dtype: "BF16", shape: [1], data: Uint16Array.of(0x3fc0) }).data; // new Float32Array([1.5])
 */
export function numbersOf(stored: StoredTensor, name = "tensor"): Numbers {
  return { dtype: STORED[stored.dtype].dtype, data: convert(stored, name) };
}

function convert(stored: StoredTensor, name: string): NumberArray {
  switch (stored.dtype) {
    case "F32":
    case "I32":
    case "U32":
      return stored.data;
    case "F64":
      return new Float32Array(stored.data);
    case "F16":
      return Float32Array.from(stored.data, fromHalf);
    case "BF16": {
      // A BF16 is the upper half of an f32.
      const words = new Uint32Array(stored.data.length);
      for (let i = 0; i < words.length; i++) words[i] = (stored.data[i] as number) << 16;
      return new Float32Array(words.buffer);
    }
    case "I64":
      return lowHalves(stored, Int32Array, name);
    case "U64":
      return lowHalves(stored, Uint32Array, name);
    case "BOOL": {
      const wrong = stored.data.find((value) => value > 1);
      if (wrong === undefined) return stored.data;
      throw new FileError(`${name} holds ${wrong} as a BOOL; use 0 and 1.`);
    }
    default:
      return new Int32Array(stored.data);
  }
}

/** The lower 32 bits of each element, if they tell all of it. */
function lowHalves<A extends Int32Array | Uint32Array>(
  { dtype, data }: StoredTensor & { readonly dtype: "I64" | "U64" },
  array: new (length: number) => A,
  name: string,
): A {
  const halves = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  const numbers = new array(data.length);
  for (let i = 0; i < numbers.length; i++) {
    const low = halves[2 * i] as number;
    numbers[i] = low;
    // The upper half of a small number repeats the sign.
    if (halves[2 * i + 1] === (dtype === "I64" ? low >> 31 : 0)) continue;
    throw new FileError(
      `${name} holds ${data[i]} as ${dtype}, and Weft's integers have 32 bits; store it as F32, or numbers that fit.`,
    );
  }
  return numbers;
}
