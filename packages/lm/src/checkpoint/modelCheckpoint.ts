// Between the GPU and a checkpoint.
import { restoreTensors, storeTensors } from "@weft/nn";
import { scope } from "@weft/tensor";
import { LanguageModel } from "../model/languageModel.js";
import type { CharacterTokenizer } from "../tokenizer/character.js";
import type { Checkpoint } from "./checkpoint.js";

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
  return { config: model.config, tokenizer, parameters: await storeTensors(model.stateDict()), ...about };
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
  scope(() => model.loadStateDict(restoreTensors(parameters)));
  return model;
}
