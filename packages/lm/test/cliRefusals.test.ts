import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runWeft, textFolder, tiny } from "./runWeft.js";

const folder = textFolder();

describe("weft refuses", () => {
  const train = (...args: string[]) => ["train", ...args, "--out", "refused"];
  test.each<[string[], number, RegExp]>([
    [train("--data", "missing.txt"), 1, /missing\.txt: cannot be read: it does not exist; check the path/],
    [train("--data", "."), 1, /it is a folder/],
    [train("--data", "empty.txt"), 1, /empty\.txt: the text is empty/],
    [train("--data", "binary.bin"), 1, /binary\.bin: byte 0 at offset 2/],
    [train("--data", "latin1.txt"), 1, /latin1\.txt: not UTF-8 at byte offset 3/],
    [
      train("--data", "short.txt"),
      1,
      /short\.txt: 10 training characters are fewer than one batch of 16 × 32 \+ 1 = 513.*--batch or --sequence/,
    ],
    [train("--data", "letter.txt"), 1, /letter\.txt: 1 characters leave 1 to hold out.*use a longer text/],
    [
      ["train", "--data", "poem.txt", ...tiny, "--out", "letter.txt"],
      1,
      /letter\.txt: it is a file; give another folder/,
    ],
    [["train", "--data", "poem.txt", ...tiny, "--out", "letter.txt/x"], 1, /letter\.txt is a file/],
    [["train", "--data", "poem.txt", ...tiny, "--out", ""], 1, /folder to save in is empty/],
    [train("--hidden", "0"), 2, /--hidden is "0"; give a whole number from 1/],
    [train("--hidden", "1.5"), 2, /--hidden is "1\.5"/],
    [train("--hidden", "0x10"), 2, /--hidden is "0x10"/],
    [train("--steps", "-3"), 2, /--steps is "-3"/],
    [train("--steps", ""), 2, /--steps is ""/],
    [train("--dropout", "1"), 2, /--dropout is "1"; give a number ≥ 0 and < 1\./],
    [train("--dropout", "NaN"), 2, /--dropout/],
    [train("--clip", "0"), 2, /--clip is "0"; give a number > 0\./],
    [train("--learning-rate", "Infinity"), 2, /--learning-rate/],
    [train("--learning-rate", "1e999"), 2, /--learning-rate/],
    [train("--seed", "-1"), 2, /--seed is "-1"; give a whole number from 0/],
    [train("--cell", "transformer"), 2, /--cell is "transformer"; give rnn, lstm, gru\./],
    [train("--hiden", "3"), 2, /unknown option '--hiden' \(Did you mean --hidden\?\)/],
    [train("surplus"), 2, /too many arguments/],
    [train("--hidden"), 2, /--hidden/],
    [["train"], 2, /'--out <dir>' not specified/],
    [["trian"], 2, /unknown command 'trian' \(Did you mean train\?\)/],
    [["evaluate", "--data", "poem.txt"], 2, /missing required argument 'dir'/],
    [["evaluate", "x"], 2, /'--data <file>' not specified/],
    [["generate", "x", "--length", "3"], 2, /'--prompt <text>' not specified/],
    [["generate", "x", "--prompt", "a", "--length", "0"], 2, /--length is "0"/],
    [
      ["generate", "x", "--prompt", "a", "--length", "3", "--temperature", "-1"],
      2,
      /--temperature is "-1"; give a number ≥ 0\./,
    ],
    [["generate", "x", "--prompt", "a", "--length", "3", "--top-k", "0"], 2, /--top-k is "0"/],
    [["--nonsense"], 2, /unknown option '--nonsense'/],
  ])("%j", async (args, code, message) => {
    const result = await runWeft(folder, args);
    expect(result, result.stderr).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toMatch(/^weft: [^\n]+\n$/);
    expect(result.stderr).toMatch(message);
    expect(readdirSync(folder)).not.toContain("refused");
  });
});
