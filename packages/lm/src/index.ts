export {
  type Checkpoint,
  type CheckpointFiles,
  decodeCheckpoint,
  encodeCheckpoint,
} from "./checkpoint/checkpoint.js";
export { checkpointOf, restoreModel } from "./checkpoint/modelCheckpoint.js";
export { type Batch, type BatchSize, checkBatchFits, streamBatches } from "./data/batches.js";
export { type Corpus, corpusOf } from "./data/corpus.js";
export { CheckpointError, TextError } from "./errors.js";
export { type Evaluation, type EvaluationOptions, evaluate } from "./evaluate/evaluate.js";
export { type GenerationOptions, generate } from "./generate/generate.js";
export { uniformNumbers } from "./generate/random.js";
export { type SamplingOptions, sample } from "./generate/sample.js";
export {
  type Cell,
  type LanguageModelConfig,
  modelDefaults,
  parameterCount,
  parameterShapes,
} from "./model/config.js";
export { LanguageModel, type RecurrentState } from "./model/languageModel.js";
export { cleanText } from "./text/clean.js";
export { decodeText } from "./text/decode.js";
export { type SplitText, splitText } from "./text/split.js";
export { CharacterTokenizer } from "./tokenizer/character.js";
export { type TrainingOptions, trainingDefaults } from "./train/options.js";
export { learningRateAt } from "./train/schedule.js";
export { type TrainingStep, train } from "./train/train.js";
