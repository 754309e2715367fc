import { SingleBar } from "cli-progress";
import { say } from "./output.js";
import { counted } from "./phrases.js";

/** Shows how far a task is: a bar on a terminal, now and then a line elsewhere. */
export interface Progress {
  update(done: number, note: string): void;
  stop(): void;
}

/**
 * Shows progress on stderr: a bar that redraws itself if that is a terminal, else a line every tenth.
 *
 * @param unit what is counted, in front of the count
 * @param asLines lines in any case, because something else is written to the same terminal meanwhile
 */
export function showProgress(unit: string, total: number, asLines: boolean): Progress {
  const started = performance.now();
  return process.stderr.isTTY && !asLines ? showBar(unit, total, started) : showLines(unit, total, started);
}

function showBar(unit: string, total: number, started: number): Progress {
  const bar = new SingleBar({
    format: `${unit} {bar} {done}/${counted(total)}{note}  {left}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 20,
    hideCursor: true,
    gracefulExit: false, // signals are ours, see interruption.ts
    linewrap: null, // a line too long for the terminal is cut
    emptyOnZero: true,
  });
  bar.start(total, 0, { done: "0", note: "", left: "" });
  return {
    update(done, note) {
      const payload = {
        done: counted(done),
        note: note && `  ${note}`,
        left: timeLeft(done, total, started),
      };
      bar.update(done, payload);
    },
    stop: () => bar.stop(),
  };
}

function showLines(unit: string, total: number, started: number): Progress {
  let tenths = 0;
  return {
    update(done, note) {
      const reached = Math.floor((done * 10) / total);
      if (reached === tenths && done !== 1) return; // the very first one tells early that all is well
      tenths = reached;
      say(
        `${unit} ${counted(done)}/${counted(total)}${note && `  ${note}`}  ${timeLeft(done, total, started)}`,
      );
    },
    stop() {},
  };
}

/** The time the rest will take if it goes on as it went so far; in the end the time it took. */
function timeLeft(done: number, total: number, started: number): string {
  const elapsed = (performance.now() - started) / 1000;
  return done >= total ? `done in ${clock(elapsed)}` : `${clock((elapsed / done) * (total - done))} left`;
}

/** Seconds as m:ss or h:mm:ss. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const padded = (part: number) => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${padded(m)}:${padded(s)}` : `${m}:${padded(s)}`;
}
