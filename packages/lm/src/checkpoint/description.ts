import { jsonStructureFault } from "@weft/nn";
import * as v from "valibot";
import { CheckpointError } from "../errors.js";
import { CELLS } from "../model/config.js";

/** The `format` of a model.json. */
export const FORMAT = "weft-language-model";
/** The version of the format that is written and read. */
export const VERSION = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const measured = v.pipe(v.number(), v.finite());

const Description = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  model: v.object({
    cell: v.picklist(CELLS),
    embedding: count,
    hidden: count,
    layers: v.pipe(count, v.maxValue(1000)),
    dropout: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  }),
  tokenizer: v.object({ kind: v.literal("character"), characters: v.pipe(v.string(), v.minLength(1)) }),
  training: v.optional(
    v.object({
      batch: count,
      sequence: count,
      steps: count,
      learningRate: positive,
      warmup: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      clip: positive,
      seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
  metrics: v.optional(
    v.object({
      step: count,
      loss: measured,
      validation: v.optional(
        v.object({ tokens: count, nats: measured, bitsPerCharacter: measured, perplexity: measured }),
      ),
    }),
  ),
  weights: v.object({
    file: v.pipe(v.string(), v.regex(/^model-[0-9a-f]{12}\.safetensors$/)),
    bytes: count,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
});

/** What model.json says: all of a checkpoint except its numbers. */
export type Description = v.InferOutput<typeof Description>;

/**
 * Reads and checks the text of a model.json.
 *
 * @param name what error messages call it
 * @throws CheckpointError when it is not JSON, of another format or version, or when a value is missing or impossible
 */
export function parseDescription(json: string, name = "model.json"): Description {
  const value = parseJson(json, name);
  const head = v.safeParse(v.object({ format: v.string(), version: v.number() }), value);
  if (!head.success || head.output.format !== FORMAT) {
    throw new CheckpointError(`${name}: this describes no Weft model; give a folder that weft train wrote.`);
  }
  if (head.output.version !== VERSION) {
    throw new CheckpointError(
      `${name}: the checkpoint has version ${head.output.version}, and this Weft reads version ${VERSION}; ` +
        "use the Weft that wrote it, or train again.",
    );
  }
  const result = v.safeParse(Description, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new CheckpointError(
    `${name}: ${path === null ? "" : `${path}: `}expected ${issue.expected ?? "another value"}, got ` +
      `${issue.received}; the file is damaged, restore it or train again.`,
  );
}

function parseJson(json: string, name: string): unknown {
  const fault = jsonStructureFault(json, 8);
  if (fault !== undefined)
    throw new CheckpointError(`${name}: ${fault}; the file is damaged, restore it or train again.`);
  try {
    return JSON.parse(json);
  } catch {
    throw new CheckpointError(`${name}: this is not JSON; the file is damaged, restore it or train again.`);
  }
}
