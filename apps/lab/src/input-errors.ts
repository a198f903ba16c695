/** Errors that mean bad input: one clear line and exit 2. By name, so that telling them apart loads none of the libraries. */
const INPUT_ERRORS = new Set(["InputError", "ConfigError", "EnvoyUnavailableError", "ResultFileError"]);

/** Whether `error` is the caller's to mend: a flag, the environment, a file, a port, a missing program. */
export function isInputError(error: unknown): error is Error {
  return error instanceof Error && INPUT_ERRORS.has(error.name);
}
