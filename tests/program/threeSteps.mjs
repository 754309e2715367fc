import { corpusOf, LanguageModel, modelDefaults, train, trainingDefaults } from "@weft/lm";
import { Generator } from "@weft/tensor";

const text =
  "Call me Ishmael. Some years ago, never mind how long precisely, I thought I would sail about a little. ";

/**
 * Trains a tiny LSTM language model for three steps: plain JavaScript that runs in the repository, on the packed
 * packages and in a browser.
 *
 * @returns {Promise<number[]>} the loss of each step, nats
 */
export async function threeSteps() {
  const { tokenizer, training } = corpusOf(text.repeat(4));
  const config = { ...modelDefaults, vocabulary: tokenizer.size, embedding: 8, hidden: 16, dropout: 0.1 };
  const model = new LanguageModel(config, { generator: new Generator(1) });
  const losses = [];
  const options = { ...trainingDefaults, batch: 4, sequence: 16, steps: 3 };
  for await (const { loss } of train(model, training, options)) losses.push(loss);
  return losses;
}
