// Step 4: a language model. Text becomes tokens, tokens become batches, the model learns and writes.
import {
  corpusOf,
  evaluate,
  generate,
  LanguageModel,
  modelDefaults,
  train,
  trainingDefaults,
} from "@weft/lm";
import { Generator, open } from "@weft/tensor";

await open();
const text = "she sells sea shells by the sea shore; the shells she sells are sea shells, i am sure. ".repeat(
  20,
);
const { tokenizer, training, validation } = corpusOf(text); // 90 % and 10 %

const config = { ...modelDefaults, hidden: 64, vocabulary: tokenizer.size };
const model = new LanguageModel(config, { generator: new Generator(1) });
const options = { ...trainingDefaults, batch: 4, steps: 60, warmup: 10 };
for await (const { step, loss } of train(model, training, options)) {
  if (step % 20 === 0) console.log(`step ${step}: ${loss.toFixed(3)} nats`);
}

const { nats, perplexity } = await evaluate(model, validation);
console.log(`held-out text: ${nats.toFixed(3)} nats, perplexity ${perplexity.toFixed(2)}`);

let continuation = "";
for await (const character of generate(model, tokenizer, "she sells", {
  length: 60,
  temperature: 0,
  seed: 1,
})) {
  continuation += character;
}
console.log(`she sells${continuation}`);
