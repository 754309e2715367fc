import { LanguageModel, modelDefaults } from "@weft/lm";
import { Adam, crossEntropy } from "@weft/nn";
import { Generator, keep, memory, reshape, scope, tensor } from "@weft/tensor";

const MIB = 2 ** 20;
const [time, batch, vocabulary] = [8, 4, 16];
/** A loop that does not look at its loss now and then gives JavaScript no chance to collect anything. */
const READ_EVERY = 10;

/**
 * @typedef {object} Sample what lives after a step; the peaks are over all steps since the sample before
 * @property {number} step
 * @property {number} tensors peak of live tensors
 * @property {number} liveMiB peak of their bytes
 * @property {number} heldMiB peak of live and spare bytes together
 * @property {number} pooledMiB spare bytes, now
 * @property {number} rssMiB resident size of the process, now
 * @property {number} loss
 */

/**
 * Trains a small LSTM language model and samples the memory it takes.
 *
 * @param {{ steps: number, scopes: boolean, samples: number }} options
 * @returns {AsyncGenerator<Sample, void>}
 */
export async function* curve({ steps, scopes, samples }) {
  const generator = new Generator(1);
  const config = { ...modelDefaults, vocabulary, embedding: 16, hidden: 16, dropout: 0 };
  const model = new LanguageModel(config, { generator });
  const optimizer = new Adam(model.parameters(), { learningRate: 1e-2 });
  const ids = Int32Array.from({ length: time * batch }, (_, i) => (i * i) % vocabulary);
  const x = keep(tensor(ids, { shape: [time, batch] }));
  const y = keep(tensor(ids.map((id) => (id + 1) % vocabulary)));

  const train = () => {
    const loss = crossEntropy(reshape(model.forward(x).logits, [-1, vocabulary]), y);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss;
  };

  let [tensors, bytes, held, last] = [0, 0, 0, Number.NaN];
  for (let step = 1; step <= steps; step++) {
    const loss = scopes ? scope(train) : train();
    const now = memory();
    tensors = Math.max(tensors, now.tensors);
    bytes = Math.max(bytes, now.bytes);
    held = Math.max(held, now.bytes + now.pooledBytes);
    if (step % READ_EVERY === 0) last = await loss.item();
    if (scopes) loss.dispose();
    if (Math.floor((step * samples) / steps) > Math.floor(((step - 1) * samples) / steps)) {
      const { pooledBytes } = memory();
      const [liveMiB, heldMiB, pooledMiB] = [bytes / MIB, held / MIB, pooledBytes / MIB];
      yield {
        step,
        tensors,
        liveMiB,
        heldMiB,
        pooledMiB,
        rssMiB: process.memoryUsage().rss / MIB,
        loss: last,
      };
      [tensors, bytes, held] = [0, 0, 0];
    }
  }
}
