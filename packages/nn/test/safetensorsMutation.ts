// Damages files as disks, networks and enemies do, the same way for the same seed.

export type Bytes = Uint8Array<ArrayBuffer>;
/** A whole number in [0, n). */
export type Below = (n: number) => number;

/** Numbers from a seed: xorshift of 32 bits (Marsaglia 2003). */
export function numbersFrom(seed: number): Below {
  let word = seed;
  return (n) => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return (word >>> 0) % n;
  };
}

/** What a number in a header may become. */
const EXTREMES = [
  ...["0", "1", "-1", "2", "3", "8", "255", "256", "65536", "2147483647", "4294967295", "4294967296"],
  ...["9007199254740991", "9007199254740992", "18446744073709551615", "1e308", "1e999", "0.5", "4.0", "-0"],
  ...["1e2", "null", "true", '"4"', "[]", "{}", "NaN", "00", "9".repeat(400)],
];
/** What a word in a header may become. */
const WORDS = [
  ...["F32", "F64", "F16", "BF16", "I64", "I8", "U8", "BOOL", "F8_E4M3", "__proto__", "constructor"],
  ...["__metadata__", "dtype", "shape", "data_offsets", "", "鯨", "\\u0000", "\\ud800", "weight"],
];

const join = (...parts: readonly Uint8Array[]): Bytes => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
};

const MUTATIONS: readonly ((bytes: Bytes, below: Below, other: Bytes) => Bytes)[] = [
  function flipBit(bytes, below) {
    const at = below(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    return bytes;
  },
  function changeByte(bytes, below) {
    bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  function truncate(bytes, below) {
    return bytes.slice(0, below(bytes.length));
  },
  function insert(bytes, below) {
    const at = below(bytes.length + 1);
    const inserted = Uint8Array.from({ length: 1 + below(9) }, () => below(256));
    return join(bytes.subarray(0, at), inserted, bytes.subarray(at));
  },
  function remove(bytes, below) {
    const at = below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + below(9)));
  },
  function splice(bytes, below, other) {
    return join(bytes.subarray(0, below(bytes.length + 1)), other.subarray(below(other.length + 1)));
  },
  function changeLength(bytes, below) {
    const lengths = [0n, 1n, 2n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 100_000_001n];
    const length = below(2) === 0 ? lengths[below(lengths.length)] : BigInt(below(bytes.length + 9));
    if (bytes.length >= 8) new DataView(bytes.buffer).setBigUint64(0, length ?? 0n, true);
    return bytes;
  },
  function changeData(bytes, below) {
    const at = dataStart(bytes) + below(Math.max(bytes.length - dataStart(bytes), 1));
    if (at < bytes.length) bytes[at] = below(256);
    return bytes;
  },
  function exaggerate(bytes, below) {
    return rewriteHeader(bytes, below, /-?\d+/g, () => EXTREMES[below(EXTREMES.length)] as string);
  },
  function replaceValue(bytes, below) {
    const extreme = () => EXTREMES[below(EXTREMES.length)] as string;
    return rewriteHeader(bytes, below, /(?<=":)(\{[^{}]*\}|\[[^[\]]*\]|"[^"]*")/g, extreme);
  },
  function changeNumber(bytes, below) {
    return rewriteHeader(bytes, below, /-?\d+/g, () => String(below(40)));
  },
  function moveTensor(bytes, below) {
    const step = below(17) - 8;
    return rewriteHeader(bytes, below, /(?<="data_offsets":)\[\d+,\d+\]/g, (found) => {
      const [begin = 0, end = 0] = found.slice(1, -1).split(",").map(Number);
      return `[${Math.max(begin + step, 0)},${Math.max(end + step, 0)}]`;
    });
  },
  function multiplyShape(bytes, below) {
    return rewriteHeader(bytes, below, /(?<="shape":)\[/g, () => `[${"4294967296,".repeat(below(4))}`);
  },
  function changeWord(bytes, below) {
    return rewriteHeader(bytes, below, /(?<=")\w+(?=")/g, () => WORDS[below(WORDS.length)] as string);
  },
  function changePunctuation(bytes, below) {
    return rewriteHeader(
      bytes,
      below,
      /[{}[\],:"]/g,
      (found) => ["", found + found, "{", "]"][below(4)] as string,
    );
  },
];

/** Where the header says that it ends, or the file does. */
function dataStart(bytes: Bytes): number {
  if (bytes.length < 8) return bytes.length;
  const claimed = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return Math.min(8 + claimed, bytes.length);
}

/** Replaces one match in the header, whose length then mostly agrees again. */
function rewriteHeader(
  bytes: Bytes,
  below: Below,
  pattern: RegExp,
  replace: (found: string) => string,
): Bytes {
  if (bytes.length < 8) return bytes;
  const end = dataStart(bytes);
  const json = new TextDecoder().decode(bytes.subarray(8, end));
  const matches = [...json.matchAll(pattern)];
  const match = matches[below(Math.max(matches.length, 1))];
  if (match === undefined) return bytes;
  const [found] = match;
  const changed = json.slice(0, match.index) + replace(found) + json.slice(match.index + found.length);
  const header = new TextEncoder().encode(changed);
  const result = join(bytes.subarray(0, 8), header, bytes.subarray(end));
  if (below(10) > 0) new DataView(result.buffer).setBigUint64(0, BigInt(header.length), true);
  return result;
}

/** A copy of one of the files with one change, sometimes up to four. */
export function mutated(files: readonly Bytes[], below: Below): Bytes {
  const pick = () => files[below(files.length)] as Bytes;
  let bytes = pick().slice();
  for (let change = below(3) === 0 ? below(4) : 0; change >= 0 && bytes.length > 0; change--) {
    const mutation = MUTATIONS[below(MUTATIONS.length)];
    bytes = mutation?.(bytes, below, pick()) ?? bytes;
  }
  return bytes;
}
