// How facts read on stderr.
import type { Device } from "@weft/tensor";
import type { Corpus } from "../../data/corpus.js";
import type { Evaluation } from "../../evaluate/evaluate.js";
import { type LanguageModelConfig, parameterCount } from "../../model/config.js";

/** 1204997 as 1,204,997. */
export const counted = (count: number): string => Math.round(count).toLocaleString("en");

export function evaluationPhrase({ nats, bitsPerCharacter, perplexity }: Evaluation): string {
  const [loss, bits, choices] = [nats, bitsPerCharacter, perplexity].map((value) => value.toFixed(3));
  return `${loss} nats, ${bits} bits per character, perplexity ${choices}`;
}

export function corpusPhrase({ tokenizer, training, validation }: Corpus): string {
  const total = training.length + validation.length;
  return `${counted(total)} characters, ${counted(tokenizer.size)} different; ${counted(validation.length)} held out`;
}

export function modelPhrase(config: LanguageModelConfig): string {
  const { cell, layers, embedding, hidden } = config;
  const depth = layers === 1 ? "1 layer" : `${layers} layers`;
  return `${cell}, ${depth}, embedding ${embedding}, hidden ${hidden}: ${counted(parameterCount(config))} parameters`;
}

export function adapterPhrase({ info }: Device): string {
  const name = info.description || info.device || info.vendor;
  return info.isFallback ? `${name} (software)` : name;
}
