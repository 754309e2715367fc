/** A command line that does not make sense: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
