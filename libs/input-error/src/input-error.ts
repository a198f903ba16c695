/**
 * Something outside the program is wrong: a flag, an environment variable, a file, a port, a cluster, a missing program. The message names
 * the input, the reason and the remedy; programs print it without a stack and exit with 2. What extends it is told so, too.
 */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** Whether `error` is the caller's to mend. */
export function isInputError(error: unknown): error is InputError {
  return error instanceof InputError;
}
