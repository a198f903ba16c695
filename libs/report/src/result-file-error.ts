import { InputError } from "@grpc-lb-lab/input-error";

/** A result file cannot be read or written. The message names the file, the reason and the remedy in one line. */
export class ResultFileError extends InputError {
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
