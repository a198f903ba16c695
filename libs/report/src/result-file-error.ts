/**
 * A result file cannot be read or written. The message names the file, the reason and the remedy in one line; programs print it
 * without a stack and exit with 2.
 */
export class ResultFileError extends Error {
  override readonly name = "ResultFileError";
  readonly path: string;

  constructor(path: string, reason: string, remedy: string, cause?: unknown) {
    super(`${path}: ${reason}. ${remedy}.`, { cause });
    this.path = path;
  }
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
