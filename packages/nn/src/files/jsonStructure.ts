import { quoted } from "./fileError.js";

/**
 * What JSON.parse does not tell: whether an object names a key twice (it keeps the last one silently), and whether
 * objects and arrays nest deeper than they may. Answers with a description of the first such fault.
 *
 * The text need not be valid JSON; what is wrong in other ways is left to JSON.parse. Only strings, brackets and colons
 * matter: a string with a colon behind it is a key of the innermost object.
 *
 * @example
 * jsonStructureFault('{"a":1,"a":2}', 8); // 'names "a" twice'
 * jsonStructureFault('{"a":[1]}', 1); // "nests deeper than 1 levels"
 * jsonStructureFault('{"a":1}', 8); // undefined
 */
export function jsonStructureFault(json: string, maxDepth: number): string | undefined {
  const open: (Set<string> | undefined)[] = []; // the keys of each open object; undefined stands for an array
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") {
      if (open.length === maxDepth) return `nests deeper than ${maxDepth} levels`;
      open.push(character === "{" ? new Set() : undefined);
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(json, at);
      const keys = open.at(-1);
      if (keys !== undefined && nextVisible(json, end) === ":") {
        const key = unescaped(json.slice(at, end));
        if (keys.has(key)) return `names ${quoted(key)} twice`;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The first number of a valid JSON text that is not written as a whole one ≥ 0, digits alone. */
export function wrongNumber(json: string): string | undefined {
  const number = /-?[0-9][0-9.eE+-]*/y;
  for (let at = 0; at < json.length; at++) {
    if (json[at] === '"') {
      at = endOfString(json, at) - 1;
      continue;
    }
    number.lastIndex = at;
    const [token] = number.exec(json) ?? [];
    if (token === undefined) continue;
    if (/[^0-9]/.test(token)) return token;
    at += token.length - 1;
  }
  return undefined;
}

/** Index behind the closing quote. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === "\\") at++;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

function nextVisible(json: string, from: number): string | undefined {
  let at = from;
  while (at < json.length && " \t\n\r".includes(json[at] ?? "")) at++;
  return json[at];
}

/** "a" and "\u0061" are the same key. */
function unescaped(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
