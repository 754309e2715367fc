// stdout carries what machines read, stderr what people read.

/** Writes to stdout and knows when nobody reads any more, as in `weft generate … | head`. */
export class Output {
  readonly #closed = new AbortController();

  constructor() {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      this.#closed.abort();
    });
  }

  /** Aborts when the reader of stdout has gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Writes, and waits while the reader is slower. */
  async write(text: string): Promise<void> {
    if (this.#closed.signal.aborted || process.stdout.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        process.stdout.off("drain", done);
        this.#closed.signal.removeEventListener("abort", done);
        resolve();
      };
      process.stdout.on("drain", done);
      this.#closed.signal.addEventListener("abort", done);
    });
  }

  /** One JSON object, one line. */
  line(value: object): Promise<void> {
    return this.write(`${JSON.stringify(value)}\n`);
  }
}

/** Tells people something, on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
