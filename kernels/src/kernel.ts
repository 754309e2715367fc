/**
 * What the host must know of a kernel, read from its WGSL text: bindings, parameters, knobs.
 *
 * A kernel file declares, each on a line of its own,
 * - `@group(0) @binding(0) var<uniform> params: Params;` and `struct Params { … }` (optional),
 * - `@group(0) @binding(n) var<storage, read> x: array<f32>;` or `read_write`, also of vectors, or of a struct of numbers
 *   of one type,
 * - `override NAME: u32 = 64;` a pipeline constant, set when the pipeline is made,
 * - `const NAME: u32 = 4;` and `alias Element = f32;` rewritten in the text before it is compiled.
 */
export interface Kernel {
  readonly name: string;
  /** Path of the file, for messages. */
  readonly file: string;
  readonly source: string;
  readonly bindings: readonly Binding[];
  readonly params: readonly Param[];
  /** Size of `struct Params` in bytes, 0 where the kernel has none. */
  readonly paramsBytes: number;
  readonly overrides: Readonly<Record<string, number>>;
  readonly constants: Readonly<Record<string, number>>;
  readonly aliases: Readonly<Record<string, string>>;
}

export interface Binding {
  readonly name: string;
  readonly index: number;
  readonly access: "read" | "read_write";
  /** The WGSL type of its numbers, or an alias of it: `f32` for `array<f32>`, for `array<vec4<f32>>`, for a struct of f32. */
  readonly element: string;
  /** Of an array of structs: the numbers that one is made of. */
  readonly fields?: readonly Param[];
}

/** A field of a struct. */
export interface Param {
  readonly name: string;
  readonly type: ParamType;
  /** Byte offset inside the struct. */
  readonly offset: number;
}

export type ParamType = keyof typeof LAYOUT;

/** Alignment and size in bytes, WGSL specification §14.4.1 (uniform address space). */
const LAYOUT = {
  u32: { align: 4, size: 4 },
  i32: { align: 4, size: 4 },
  f32: { align: 4, size: 4 },
  "array<vec4<u32>,8>": { align: 16, size: 128 },
} as const;

/** The slot of a dispatch in the uniform buffer, as far apart as WebGPU's default limits ask for. */
const MAX_PARAMS_BYTES = 256;

/** Knobs of one compilation: overrides and constants by number, aliases by WGSL type name. */
export type Knobs = Readonly<Record<string, number | string>>;

/**
 * Reads a kernel's declarations from its WGSL text.
 *
 * @throws Error naming the file when a field of a struct has a type that has no layout here
 * @example
 * parseKernel("twice", "override WORKGROUP: u32 = 64;").overrides; // { WORKGROUP: 64 }
 */
export function parseKernel(name: string, source: string, file = `${name}.wgsl`): Kernel {
  const code = source.replace(/\/\/.*$/gm, "");
  const bindings = [
    ...code.matchAll(
      /@group\(0\)\s*@binding\((\d+)\)\s*var<storage,\s*(read|read_write)>\s*(\w+)\s*:\s*array<(?:vec[234]<|atomic<)?(\w+)/g,
    ),
  ].map(([, index, access, binding, element]) => ({
    name: binding as string,
    index: Number(index),
    access: access as Binding["access"],
    ...elementOf(element as string, code, file),
  }));
  const numbers = (keyword: string) =>
    Object.fromEntries(
      [...code.matchAll(new RegExp(`^${keyword} (\\w+): (?:u32|i32|f32|bool) = ([-+.\\w]+);`, "gm"))].map(
        ([, knob, value]) => [knob as string, numberOf(value as string)],
      ),
    );
  const aliases = [...code.matchAll(/^alias (\w+) = (\w+);/gm)].map(([, alias, type]) => [alias, type]);
  return {
    name,
    file,
    source,
    bindings,
    ...parseParams(code, file),
    overrides: numbers("override"),
    constants: numbers("const"),
    aliases: Object.fromEntries(aliases),
  };
}

/** The number that a WGSL literal stands for; a bool counts as 0 or 1. */
function numberOf(literal: string): number {
  if (literal === "true" || literal === "false") return literal === "true" ? 1 : 0;
  const isHex = /^[-+]?0x/i.test(literal);
  return Number(literal.replace(isHex ? /[ui]$/ : /[uifh]$/, ""));
}

/** What an array holds: numbers, or structs of numbers. */
function elementOf(element: string, code: string, file: string): Pick<Binding, "element" | "fields"> {
  const { fields } = parseStruct(element, code, file);
  const [first, ...others] = fields;
  if (first === undefined) return { element };
  const other = others.find(({ type }) => type !== first.type);
  if (other === undefined) return { element: first.type, fields };
  throw new Error(
    `${file}: ${element}.${other.name} is ${other.type} and ${element}.${first.name} ${first.type}; ` +
      "use one type in a struct that an array is made of.",
  );
}

function parseParams(code: string, file: string): Pick<Kernel, "params" | "paramsBytes"> {
  const { fields: params, bytes: paramsBytes } = parseStruct("Params", code, file);
  if (paramsBytes <= MAX_PARAMS_BYTES) return { params, paramsBytes };
  throw new Error(
    `${file}: Params takes ${paramsBytes} bytes, at most ${MAX_PARAMS_BYTES} are possible; pass the rest in a buffer.`,
  );
}

/** The fields of a struct and its size; none where there is no such struct. */
function parseStruct(struct: string, code: string, file: string): { fields: Param[]; bytes: number } {
  const body = new RegExp(`struct ${struct}\\s*\\{([^}]*)\\}`).exec(code)?.[1] ?? "";
  const fields: Param[] = [];
  let end = 0;
  let align = 4;
  for (const [, name, type] of body.replace(/\s/g, "").matchAll(/(\w+):(\w+(?:<[\w<>,]*>)?)/g)) {
    if (!Object.hasOwn(LAYOUT, type as string)) {
      throw new Error(`${file}: ${struct}.${name} is ${type}; use ${Object.keys(LAYOUT).join(", ")}.`);
    }
    const layout = LAYOUT[type as ParamType];
    const offset = Math.ceil(end / layout.align) * layout.align;
    fields.push({ name: name as string, type: type as ParamType, offset });
    end = offset + layout.size;
    align = Math.max(align, layout.align);
  }
  return { fields, bytes: Math.ceil(end / align) * align };
}

/**
 * The kernel's text with its `const` and `alias` lines set to the given knobs; overrides are left to the pipeline.
 *
 * @example
 * specialise(parseKernel("k", "alias Element = f32;"), { Element: "i32" }); // "alias Element = i32;"
 */
export function specialise(kernel: Kernel, knobs: Knobs): string {
  // On the first line, so that line numbers stay the file's.
  let source = Object.values(knobs).includes("f16") ? `enable f16; ${kernel.source}` : kernel.source;
  for (const [knob, value] of Object.entries(knobs)) {
    if (Object.hasOwn(kernel.aliases, knob)) {
      source = source.replace(new RegExp(`^alias ${knob} = \\w+;`, "m"), `alias ${knob} = ${value};`);
    } else if (Object.hasOwn(kernel.constants, knob)) {
      source = source.replace(new RegExp(`^(const ${knob}: \\w+) = [\\w.]+;`, "m"), `$1 = ${value};`);
    } else if (!Object.hasOwn(kernel.overrides, knob)) {
      const known = [
        ...Object.keys(kernel.overrides),
        ...Object.keys(kernel.constants),
        ...Object.keys(kernel.aliases),
      ];
      throw new Error(`${kernel.file}: no knob named ${knob}; it has ${known.join(", ") || "none"}.`);
    }
  }
  return source;
}
