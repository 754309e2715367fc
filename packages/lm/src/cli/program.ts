import { createRequire } from "node:module";
import { Command } from "commander";
import { CELLS, modelDefaults } from "../model/config.js";
import { trainingDefaults } from "../train/options.js";
import { decimal, oneOf, seedRange, whole } from "./numbers.js";

/** The command line of `weft`: what it understands, and which file does it. Each command is loaded when it runs. */
export function weftProgram(): Command {
  const program = new Command("weft")
    .description("Trains language models on text, measures them and lets them write.")
    .version(version(), "--version", "print the version")
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .configureOutput({ outputError() {} }); // main.ts tells errors in one line
  const command = (name: string) =>
    program
      .command(name)
      .exitOverride()
      .configureOutput({ outputError() {} });

  command("train")
    .description("train a model on a text, measure it on the last tenth, save it")
    .option("--data <file>", "UTF-8 text to learn from (default: Moby Dick)")
    .requiredOption("--out <dir>", "folder to save the model in (required)")
    .option("--cell <cell>", "rnn, lstm or gru", oneOf("--cell", CELLS), modelDefaults.cell)
    .option("--hidden <n>", "features of the recurrent layers", whole("--hidden"), modelDefaults.hidden)
    .option("--embedding <n>", "features of a character", whole("--embedding"), modelDefaults.embedding)
    .option("--layers <n>", "recurrent layers", whole("--layers", { max: 1000 }), modelDefaults.layers)
    .option("--batch <n>", "streams of text read side by side", whole("--batch"), trainingDefaults.batch)
    .option(
      "--sequence <n>",
      "characters of each stream in a step",
      whole("--sequence"),
      trainingDefaults.sequence,
    )
    .option("--steps <n>", "parameter updates", whole("--steps", { max: 1e9 }), trainingDefaults.steps)
    .option(
      "--learning-rate <x>",
      "highest learning rate of Adam",
      decimal("--learning-rate", { above: 0 }),
      trainingDefaults.learningRate,
    )
    .option(
      "--dropout <x>",
      "share of features left out in training",
      decimal("--dropout", { min: 0, below: 1 }),
      modelDefaults.dropout,
    )
    .option(
      "--clip <x>",
      "largest norm of the gradient",
      decimal("--clip", { above: 0 }),
      trainingDefaults.clip,
    )
    .option("--seed <n>", "start of the random numbers", whole("--seed", seedRange), 1)
    .option("--json", "print one JSON object a line on stdout")
    .action(async (options) => {
      const { trainCommand } = await import("./train.js");
      await trainCommand({ warmup: trainingDefaults.warmup, ...options });
    });

  command("evaluate")
    .description("measure a saved model on a text: nats, bits per character, perplexity")
    .argument("<dir>", "folder that weft train wrote")
    .requiredOption("--data <file>", "UTF-8 text; all of it is scored (required)")
    .option("--json", "print a JSON object on stdout")
    .action(async (folder, options) => {
      const { evaluateCommand } = await import("./evaluate.js");
      await evaluateCommand(folder, options);
    });

  command("generate")
    .description("let a saved model continue a prompt")
    .argument("<dir>", "folder that weft train wrote")
    .requiredOption("--prompt <text>", "text to continue (required)")
    .requiredOption("--length <n>", "characters to write (required)", whole("--length", { max: 1e9 }))
    .option(
      "--temperature <x>",
      "0 takes the best character, 1 follows the model",
      decimal("--temperature", { min: 0 }),
      0.8,
    )
    .option("--top-k <n>", "draw from the n best characters only (default: all)", whole("--top-k"))
    .option("--seed <n>", "same seed, same text (default: a new one every time)", whole("--seed", seedRange))
    .action(async (folder, options) => {
      const { generateCommand } = await import("./generate.js");
      await generateCommand(folder, options);
    });

  command("doctor")
    .description("tell which GPU or software adapter is used, and how to get a faster one")
    .option("--json", "print a JSON object on stdout")
    .action(async (options) => {
      const { doctor } = await import("./doctor.js");
      await doctor(options);
    });
  return program;
}

function version(): string {
  const require = createRequire(import.meta.url);
  return (require("../../package.json") as { version: string }).version;
}
