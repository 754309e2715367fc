// One of the two pieces of ambient state (the other is scope.ts): whether calls are noted for gradients.
let on = true;

/** Whether ops note the calls that made their outputs. */
export const isRecording = (): boolean => on;

/** Runs a synchronous body with recording switched on or off, and restores what was before. */
export function withRecording<T>(record: boolean, body: () => T extends PromiseLike<unknown> ? never : T): T {
  const before = on;
  on = record;
  try {
    return body();
  } finally {
    on = before;
  }
}
