// Between the GPU and a checkpoint.
import { scope, tensor } from "@weft/tensor";
import { LanguageModel } from "../model/languageModel.js";
import type { CharacterTokenizer } from "../tokenizer/character.js";
import type { Checkpoint } from "./checkpoint.js";
import type { StoredTensor } from "./safetensors.js";

/**
 * Reads a model's parameters into a checkpoint.
 *
 * @example
 * const tokenizer = new CharacterTokenizer("abc");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * const checkpoint = await checkpointOf(model, tokenizer);
 * checkpoint.parameters.get("decoder.weight").shape; // [3, 128]
 */
export async function checkpointOf(
  model: LanguageModel,
  tokenizer: CharacterTokenizer,
  about: Pick<Checkpoint, "training" | "metrics"> = {},
): Promise<Checkpoint> {
  const read = Object.entries(model.stateDict()).map(
    async ([name, parameter]): Promise<[string, StoredTensor]> => [
      name,
      { shape: parameter.shape, data: (await parameter.data()) as Float32Array },
    ],
  );
  return { config: model.config, tokenizer, parameters: new Map(await Promise.all(read)), ...about };
}

/**
 * Builds the model of a checkpoint on the GPU.
 *
 * @example
 * const tokenizer = new CharacterTokenizer("abc");
 * const model = new LanguageModel({ ...modelDefaults, vocabulary: tokenizer.size });
 * const copy = restoreModel(await checkpointOf(model, tokenizer));
 * copy.config.vocabulary; // 3
 */
export function restoreModel({ config, parameters }: Checkpoint): LanguageModel {
  const model = new LanguageModel(config);
  scope(() => {
    const state = [...parameters].map(([name, { shape, data }]) => [name, tensor(data, { shape })] as const);
    model.loadStateDict(Object.fromEntries(state));
  });
  return model;
}
