/** A frame of this file; what stands before is the folder of all packages: node_modules/@weft, or packages/ here. */
const HERE = /^(.*)autograd\/(?:dist|src)\/anomaly\/callerLine\.[jt]s:/;
const OURS = /^(?:tensor|autograd|nn|lm)\/(?:dist|src)\//;
const INSTALLED = /\/@weft\/[a-z]+\/(?:dist|src)\//;

/** File, line and column in a line of a stack, as V8, SpiderMonkey and JavaScriptCore write it. */
const POSITION = /((?:[a-z-]+:\/\/|\/|[A-Z]:\\)[^\s()]*:\d+:\d+)/;

/** Deeper than any call inside the library. */
const FRAMES = 100;

/** V8 keeps ten frames unless told otherwise. */
const engine = Error as ErrorConstructor & { stackTraceLimit?: number };

/**
 * Where the code outside Weft stands that led here, as `file:line:column`. Undefined where it cannot be told, such as in
 * a bundle, whose files are no longer those of the packages.
 */
export function callerLine(): string | undefined {
  const { stackTraceLimit } = engine;
  engine.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error();
  if (stackTraceLimit !== undefined) engine.stackTraceLimit = stackTraceLimit;
  const [own = "", ...others] = stack.split("\n").flatMap((line) => POSITION.exec(line)?.[1] ?? []);
  const packages = HERE.exec(own)?.[1];
  if (packages === undefined) return undefined;
  const isOurs = (position: string) =>
    (position.startsWith(packages) && OURS.test(position.slice(packages.length))) || INSTALLED.test(position);
  return others.find((position) => !isOurs(position))?.replace(/^file:\/\//, "");
}
