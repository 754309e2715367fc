// The fields of a model as they were, for what runs it without meaning to change it.
import type { Module } from "../module.js";
import { isModule } from "../naming/walk.js";

/** Notes the fields of a model's modules, also what arrays, plain objects and Maps in them hold; the result sets them back. */
export function noteFields(model: Module): () => void {
  const noted = new Map<object, () => void>();
  const note = (value: unknown): void => {
    if (typeof value !== "object" || value === null || noted.has(value)) return;
    if (value instanceof Map) {
      const members = [...value];
      noted.set(value, () => setMembers(value, members));
      for (const [, member] of members) note(member);
    } else if (isModule(value) || isPlain(value)) {
      const fields = Object.entries(value);
      noted.set(value, () => setFields(value, fields));
      for (const [, field] of fields) note(field);
    }
  };
  note(model);
  return () => {
    for (const setBack of noted.values()) setBack();
  };
}

const isPlain = (value: object): boolean =>
  [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

function setMembers(map: Map<unknown, unknown>, members: readonly (readonly [unknown, unknown])[]): void {
  map.clear();
  for (const [key, member] of members) map.set(key, member);
}

/** Writes only what differs, NaN from NaN not: others may be frozen. */
function setFields(object: object, fields: readonly (readonly [string, unknown])[]): void {
  const target = object as Record<string, unknown>;
  const names = new Set(fields.map(([name]) => name));
  for (const name of Object.keys(target)) if (!names.has(name)) delete target[name];
  for (const [name, field] of fields) if (!Object.is(target[name], field)) target[name] = field;
  if (Array.isArray(object)) object.length = fields.length;
}
