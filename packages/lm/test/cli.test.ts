import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadCheckpoint, mobyDickPath } from "@weft/lm/node";
import { beforeAll, describe, expect, test } from "vitest";
import { env, type Outcome, poem, runWeft, textFolder, tiny, weftPath } from "./runWeft.js";

const scratch = textFolder();
const at = (name: string) => join(scratch, name);
const weft = (args: readonly string[], onStderr?: (text: string, child: ChildProcess) => void) =>
  runWeft(scratch, args, onStderr);

const jsonLines = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));

describe("weft train, evaluate, generate", () => {
  let trained: Outcome;
  beforeAll(async () => {
    trained = await weft([
      "train",
      "--data",
      "poem.txt",
      ...tiny,
      "--layers",
      "2",
      "--dropout",
      "0.1",
      "--out",
      "run",
      "--json",
    ]);
  });

  test("train prints its events on stdout and everything human on stderr", () => {
    expect(trained.code, trained.stderr).toBe(0);
    const events = jsonLines(trained.stdout);
    expect(events.map((event) => event["event"])).toEqual(["step", "step", "step", "evaluate", "done"]);
    expect(events.slice(0, 3).map((event) => Object.keys(event))).toEqual(
      new Array(3).fill(["event", "step", "loss", "tokensPerSecond"]),
    );
    expect(Object.keys(events[3] ?? {})).toEqual(["event", "step", "nats", "bitsPerCharacter", "perplexity"]);
    expect(events[4]).toEqual({ event: "done", checkpoint: "run", step: 3, interrupted: false });
    expect(trained.stderr).toMatch(/step 3\/3 {2}loss \d/);
    expect(trained.stderr).toMatch(/training loss \(nats\) by step/);
    expect(
      Math.max(
        ...trained.stderr
          .split("\n")
          .filter((line) => /[│┤└]/.test(line))
          .map((line) => line.length),
      ),
    ).toBeLessThan(81);
  });

  test("train saves a checkpoint with what was measured", async () => {
    const { config, tokenizer, metrics, training } = await loadCheckpoint(at("run"));
    expect(config).toMatchObject({ cell: "lstm", hidden: 6, embedding: 4, layers: 2, dropout: 0.1 });
    expect(new Set(tokenizer.characters)).toEqual(new Set(poem)); // no byte order mark, no CR
    expect(metrics).toMatchObject({ step: 3, validation: { tokens: 51 } });
    expect(training).toMatchObject({ batch: 2, sequence: 8, steps: 3, seed: 1 });
  });

  test("evaluate scores every character but the first", async () => {
    const json = await weft(["evaluate", "run", "--data", "poem.txt", "--json"]);
    expect(json.code, json.stderr).toBe(0);
    const [result = {}] = jsonLines(json.stdout);
    expect(Object.keys(result)).toEqual(["tokens", "nats", "bitsPerCharacter", "perplexity"]);
    expect(result["tokens"]).toBe([...poem].length * 20 - 1);
    const people = await weft(["evaluate", "run", "--data", "poem.txt"]);
    expect(people.stdout).toMatch(
      /^[\d.]+ nats, [\d.]+ bits per character, perplexity [\d.]+ \(519 characters\)\n$/,
    );
  });

  test("generate streams as many characters as asked, the same for the same seed", async () => {
    const args = [
      "generate",
      "run",
      "--prompt",
      "春眠🌸",
      "--length",
      "12",
      "--top-k",
      "5",
      "--temperature",
      "1",
    ];
    const [first, again, other] = [
      await weft([...args, "--seed", "3"]),
      await weft([...args, "--seed", "3"]),
      await weft(args),
    ];
    expect(first.code, first.stderr).toBe(0);
    expect([...first.stdout].length).toBe(13);
    expect(first.stdout.endsWith("\n")).toBe(true);
    expect(again.stdout).toBe(first.stdout);
    expect(other.stderr).toMatch(/--seed \d+ gives this text again/);
  });

  test("generate ends quietly when nobody reads on", async () => {
    const args = [weftPath, "generate", at("run"), "--prompt", "春", "--length", "100000", "--seed", "1"];
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(stderr.split("\n").filter((line) => !line.startsWith("Warning: "))).toEqual([""]);
    expect(code).toBe(0);
  });

  test.each(["rnn", "gru"])(
    "train takes the cell %s and prints nothing on stdout without --json",
    async (cell) => {
      const result = await weft(["train", "--data", "poem.txt", ...tiny, "--cell", cell, "--out", cell]);
      expect(result).toMatchObject({ code: 0, stdout: "" });
      expect((await loadCheckpoint(at(cell))).config.cell).toBe(cell);
    },
  );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("train saves on %s and exits with %i", async (signal, code) => {
    let sent = false;
    const args = ["train", "--data", "poem.txt", ...tiny, "--steps", "100000", "--out", signal, "--json"];
    const result = await weft(args, (text, child) => {
      if (!sent && text.includes("step 1/")) sent = child.kill(signal);
    });
    expect(result.code, result.stderr).toBe(code);
    expect(result.stderr).toMatch(/stopped at step \d+; the model is saved in SIG/);
    const events = jsonLines(result.stdout);
    const step = events.filter(({ event }) => event === "step").length;
    expect(events.at(-1)).toEqual({ event: "done", checkpoint: signal, step, interrupted: true });
    const { metrics } = await loadCheckpoint(at(signal));
    expect(metrics?.step).toBe(step);
    expect(readdirSync(at(signal)).length).toBe(2);
  });

  test("train tells about a broken training instead of saving it", async () => {
    const result = await weft([
      "train",
      "--data",
      "poem.txt",
      ...tiny,
      "--steps",
      "9",
      "--learning-rate",
      "1e38",
      "--out",
      "broken",
    ]);
    expect(result.code, result.stderr).toBe(1);
    expect(result.stderr).toMatch(
      /weft: train: the loss of step \d is \S+; use a smaller learning rate or clip\.\n$/,
    );
    expect(readdirSync(scratch)).not.toContain("broken");
  });

  test.each<[string, (json: string) => string, RegExp]>([
    ["another version", (json) => json.replace('"version": 1', '"version": 9'), /version 9/],
    ["a cut model.json", (json) => json.slice(0, 99), /not JSON/],
    ["other weights", (json) => json.replace(/"sha256": "......../, '"sha256": "00000000'), /SHA-256/],
  ])("a checkpoint with %s is refused", async (_, change, message) => {
    const path = at("run/model.json");
    const good = readFileSync(path, "utf8");
    writeFileSync(path, change(good));
    try {
      for (const args of [
        ["evaluate", "run", "--data", "poem.txt"],
        ["generate", "run", "--prompt", "春", "--length", "3"],
      ]) {
        const result = await weft(args);
        expect(result.code).toBe(1);
        expect(result.stderr).toMatch(/^weft: [^\n]+\n$/);
        expect(result.stderr).toMatch(message);
      }
    } finally {
      writeFileSync(path, good);
    }
  });

  test.each<[string[], RegExp]>([
    [
      ["generate", "run", "--prompt", "春X", "--length", "3"],
      /^weft: --prompt: character "X" \(U\+0058\) at position 2/,
    ],
    [["generate", "run", "--prompt", "", "--length", "3"], /--prompt is empty/],
    [
      ["generate", "nowhere", "--prompt", "春", "--length", "3"],
      /nowhere: cannot be read: it does not exist/,
    ],
    [["generate", ".", "--prompt", "春", "--length", "3"], /no checkpoint here/],
    [
      ["evaluate", "run", "--data", "other.txt"],
      /^weft: other\.txt: character "C" \(U\+0043\) at position 1 is not among the 23/,
    ],
    [["evaluate", "run", "--data", "missing.txt"], /missing\.txt: cannot be read/],
    [["evaluate", "poem.txt", "--data", "poem.txt"], /poem\.txt: this is a file/],
  ])("weft %j fails in one line", async (args, message) => {
    const result = await weft(args);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(/^weft: [^\n]+\.\n$/);
    expect(result.stderr).toMatch(message);
  });
});

describe("weft", () => {
  test("tells its version and how it is used", async () => {
    expect(await weft(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    const help = await weft(["train", "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/--learning-rate <x> .*0\.01/);
    const nothing = await weft([]);
    expect(nothing).toMatchObject({ code: 2, stdout: "" });
    expect(nothing.stderr).toMatch(/^Usage: weft/);
  });

  test("has Moby Dick at hand", () => {
    expect(readFileSync(mobyDickPath() ?? "", "utf8")).toMatch(/Call me Ishmael\./);
  });
});
