import { InputError } from "./input-error.ts";

/**
 * A program that a mode needs cannot be had on this machine. The message says what was tried, why it failed, and what to do about it, in one
 * line. A demo skips the mode then, and says so.
 */
export class ProgramUnavailableError extends InputError {
  override readonly name: string = "ProgramUnavailableError";
}
