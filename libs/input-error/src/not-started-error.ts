import { InputError } from "./input-error.ts";

/** A program that was started did not come up: it ended, or was not ready in time. */
export class NotStartedError extends InputError {
  override readonly name: string = "NotStartedError";
  /** What it wrote last. */
  readonly lastWords: string;
  /** Whether it ended by itself. */
  readonly hasEnded: boolean;

  constructor(message: string, { lastWords, hasEnded }: Pick<NotStartedError, "lastWords" | "hasEnded">) {
    super(`${message}: ${lastWords}`);
    this.lastWords = lastWords;
    this.hasEnded = hasEnded;
  }
}
