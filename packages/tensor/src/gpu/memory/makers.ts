// Debug mode: which line of the user's code made a tensor.
import { show } from "../../shape.js";
import type { Made, Storage } from "./storage.js";

/** The live tensors that one line made. */
export interface MemoryLine {
  /** `file:line:column`. */
  readonly line: string;
  readonly tensors: number;
  /** Bytes of their buffers; those of a buffer with several views stand at the oldest of them alone. */
  readonly bytes: number;
  /** Dtypes and shapes, and how often each occurs: `f32 (32, 64) × 2, i32 (32)`. */
  readonly what: string;
}

/** Groups what lives by the line that made it, most bytes first. */
export function linesOf(storages: Iterable<Storage>): MemoryLine[] {
  const groups = new Map<string, { tensors: number; bytes: number; kinds: Map<string, number> }>();
  for (const { made, ownBytes } of storages) {
    let size = ownBytes;
    for (const { line, dtype, shape } of made) {
      const group = groups.get(line) ?? { tensors: 0, bytes: 0, kinds: new Map<string, number>() };
      groups.set(line, group);
      group.tensors++;
      group.bytes += size;
      size = 0;
      const kind = `${dtype} ${show(shape)}`;
      group.kinds.set(kind, (group.kinds.get(kind) ?? 0) + 1);
    }
  }
  const lines = [...groups].map(([line, { tensors, bytes, kinds }]) => {
    const what = [...kinds].map(([kind, count]) => (count > 1 ? `${kind} × ${count}` : kind)).join(", ");
    return { line, tensors, bytes, what };
  });
  return lines.sort((a, b) => b.bytes - a.bytes || b.tensors - a.tensors);
}

/** Notes who makes a tensor. */
export const noteOf = (shape: Made["shape"], dtype: Made["dtype"]): Made => ({
  line: callerLine(),
  shape,
  dtype,
});

/**
 * The first line of the running stack that is not Weft's own, as `file:line:column`.
 *
 * @example
 * /:[0-9]+:[0-9]+$/.test(callerLine()); // true
 */
export function callerLine(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY; // V8 keeps 10 lines, and a layer may be deeper
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return callerIn(String(stack));
}

const PACKAGES = "(kernels|tensor|autograd|nn|lm)/(dist|src|bin)/";

/**
 * The first line outside the packages of Weft, as `file:line:column`, in a stack that begins in this module.
 *
 * A bundler may put Weft in a folder of its own (Vite's `.vite/deps`), or in a file: then it is the first line outside. In one
 * file with its user it cannot be told apart: then it is the outermost line.
 */
export function callerIn(stack: string): string {
  const lines = stack.split("\n").flatMap((line) => locationIn(line) ?? []);
  // Where the packages lie is seen from this module's own line.
  const [, packages] = /^(.*\/)tensor\/(?:dist|src)\/gpu\/memory\/makers\.[jt]s/.exec(lines[0] ?? "") ?? [];
  if (packages === undefined) return outsideBundle(lines) ?? "an unknown line";
  const inside = new RegExp(`^${PACKAGES}`);
  const installed = new RegExp(`/node_modules/@weft/${PACKAGES}`);
  const isOurs = (line: string): boolean =>
    installed.test(line) || (line.startsWith(packages) && inside.test(line.slice(packages.length)));
  return lines.find((line) => !isOurs(line)) ?? "an unknown line";
}

/** The first line that does not lie in the folder of the first one, else not in its file; else the last. */
function outsideBundle(lines: readonly string[]): string | undefined {
  const file = lines[0]?.replace(/(\?.*)?:\d+:\d+$/, "") ?? "";
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const outside = [folder, file].map((part) => lines.find((line) => !line.startsWith(part)));
  return outside.find((line) => line !== undefined) ?? lines.at(-1);
}

/** `at f (file:1:2)`, `at file:1:2` (V8), `f@file:1:2` (the others) → `file:1:2`; nothing for the engine's own. */
function locationIn(line: string): string | undefined {
  const text = line.trim();
  const place = text.startsWith("at ")
    ? text.replace(/^at (async )?/, "").replace(/^.* \((.*)\)$/, "$1")
    : text.slice(text.indexOf("@") + 1);
  return /:\d+:\d+$/.test(place) && !/^(node:|native|<anonymous>)/.test(place) ? plain(place) : undefined;
}

/** A path with slashes instead of a file URL or a path of Windows; other URLs stay as they are. */
function plain(place: string): string {
  const isFile = place.startsWith("file://");
  const path = isFile ? decodeURIComponent(place.slice("file://".length)) : place;
  return path.replace(/^\/(?=[A-Za-z]:)/, "").replaceAll("\\", "/");
}
