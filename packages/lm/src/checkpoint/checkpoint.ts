import { decodeSafetensors, encodeSafetensors, FileError, type StoredTensor } from "@weft/nn";
import { CheckpointError } from "../errors.js";
import { type LanguageModelConfig, parameterShapes } from "../model/config.js";
import { CharacterTokenizer } from "../tokenizer/character.js";
import { type Description, FORMAT, parseDescription, VERSION } from "./description.js";

/** A trained model outside the GPU: everything that is needed to use it, and how it came about. */
export interface Checkpoint {
  readonly config: LanguageModelConfig;
  readonly tokenizer: CharacterTokenizer;
  /** The model's parameters by name. */
  readonly parameters: ReadonlyMap<string, StoredTensor>;
  /** The settings of the training. */
  readonly training?: Description["training"] | undefined;
  /** What was measured last. */
  readonly metrics?: Description["metrics"] | undefined;
}

/** A checkpoint as two files; `model.json` names the other one. */
export interface CheckpointFiles {
  readonly description: string;
  /** `model-….safetensors`, named by the first 12 hexadecimal digits of its SHA-256: other content, another name. */
  readonly weightsName: string;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/**
 * A checkpoint as files: `model.json` (format, version, configuration, settings, vocabulary, metrics, and name, length
 * and SHA-256 of the weights) and the weights as safetensors with PyTorch's parameter names.
 *
 * @example
 * const config = { cell: "rnn", vocabulary: 1, embedding: 1, hidden: 1, layers: 1, dropout: 0 };
 * const parameters = new Map();
 * for (const [name, shape] of parameterShapes(config)) parameters.set(name, { dtype: "F32", shape, data: Float32Array.of(0) });
 * const files = await encodeCheckpoint({ config, tokenizer: new CharacterTokenizer("a"), parameters });
 * files.weightsName.length; // 30
 */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<CheckpointFiles> {
  const weights = encodeSafetensors(checkpoint.parameters, { format: "pt" });
  const hash = await sha256(weights);
  const weightsName = `model-${hash.slice(0, 12)}.safetensors`;
  const { vocabulary: _, ...model } = checkpoint.config; // the tokenizer tells it
  const description: Description = {
    format: FORMAT,
    version: VERSION,
    model,
    tokenizer: { kind: "character", characters: checkpoint.tokenizer.characters },
    training: checkpoint.training,
    metrics: checkpoint.metrics,
    weights: { file: weightsName, bytes: weights.length, sha256: hash },
  };
  return { description: `${JSON.stringify(description, null, 2)}\n`, weightsName, weights };
}

/**
 * The checkpoint that two files hold, checked against each other: length, SHA-256, and the name, shape and dtype of
 * every parameter.
 *
 * @param readWeights gives the bytes of the weights file of this name
 * @param name what error messages call model.json
 * @throws CheckpointError that says which file is wrong and how
 * @example
 * const config = { cell: "rnn", vocabulary: 1, embedding: 1, hidden: 1, layers: 1, dropout: 0 };
 * const parameters = new Map();
 * for (const [name, shape] of parameterShapes(config)) parameters.set(name, { dtype: "F32", shape, data: Float32Array.of(0) });
 * const files = await encodeCheckpoint({ config, tokenizer: new CharacterTokenizer("a"), parameters });
 * const checkpoint = await decodeCheckpoint(files.description, async () => files.weights);
 * checkpoint.config.cell; // "rnn"
 */
export async function decodeCheckpoint(
  description: string,
  readWeights: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  name?: string,
): Promise<Checkpoint> {
  const { model, tokenizer: saved, training, metrics, weights } = parseDescription(description, name);
  const tokenizer = new CharacterTokenizer(saved.characters);
  if (tokenizer.characters !== saved.characters) {
    throw new CheckpointError(
      `${name ?? "model.json"}: tokenizer.characters are not in order or not distinct; restore the file or train again.`,
    );
  }
  const bytes = await readWeights(weights.file);
  const fail = (fault: string) =>
    new CheckpointError(`${weights.file}: ${fault}; the file is damaged, restore it or train again.`);
  if (bytes.length !== weights.bytes)
    throw fail(`${bytes.length} bytes where model.json says ${weights.bytes}`);
  if ((await sha256(bytes)) !== weights.sha256) throw fail("its SHA-256 is not the one in model.json");
  const parameters = parametersOf(bytes, weights.file);
  const config = { ...model, vocabulary: tokenizer.size };
  checkParameters(config, parameters, fail);
  return { config, tokenizer, parameters, training, metrics };
}

function parametersOf(bytes: Uint8Array<ArrayBuffer>, name: string): ReadonlyMap<string, StoredTensor> {
  try {
    return decodeSafetensors(bytes, name).tensors;
  } catch (error) {
    if (error instanceof FileError) throw new CheckpointError(error.message, { cause: error });
    throw error;
  }
}

/** Proves that the parameters are those of the configuration: no more, no fewer, of the right shape and dtype. */
function checkParameters(
  config: LanguageModelConfig,
  parameters: ReadonlyMap<string, StoredTensor>,
  fail: (fault: string) => CheckpointError,
): void {
  const expected = parameterShapes(config);
  for (const [name, shape] of expected) {
    const stored = parameters.get(name);
    if (stored === undefined) throw fail(`it lacks ${name}`);
    if (stored.shape.join() !== shape.join() || stored.dtype !== "F32") {
      throw fail(
        `${name} has shape (${stored.shape.join(", ")}) of ${stored.dtype}, and model.json asks for (${shape.join(", ")}) of F32`,
      );
    }
  }
  for (const name of parameters.keys()) {
    if (!expected.has(name)) throw fail(`it has ${JSON.stringify(name)}, which the model does not know`);
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
