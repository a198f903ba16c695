import { ConfigError } from "./config-error.ts";
import { ListenError } from "./listen-error.ts";

/** Whether an error tells of something outside the program (environment, ports): print its message without a stack, exit with 2. */
export function isInputError(error: unknown): error is ConfigError | ListenError {
  return error instanceof ConfigError || error instanceof ListenError;
}
