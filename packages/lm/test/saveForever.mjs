// Saves checkpoints to the folder of its argument until it is killed; prints a line when the first is done.
import { CharacterTokenizer, modelDefaults, parameterShapes } from "@weft/lm";
import { saveCheckpoint } from "@weft/lm/node";

const tokenizer = new CharacterTokenizer("abcdefgh");
const config = { ...modelDefaults, cell: "gru", vocabulary: tokenizer.size };
for (let round = 0; ; round++) {
  const parameters = new Map(
    [...parameterShapes(config)].map(([name, shape]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, { dtype: "F32", shape, data: new Float32Array(size).fill(process.pid + round) }];
    }),
  );
  await saveCheckpoint(process.argv[2], { config, tokenizer, parameters });
  if (round === 0) process.stdout.write("saved\n");
}
