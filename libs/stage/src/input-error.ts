/**
 * Something outside the program is wrong: a flag, an environment variable, a port, a missing program. The message names the input,
 * the reason and the remedy in one line; programs print it without a stack and exit with 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}
