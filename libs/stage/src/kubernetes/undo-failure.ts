import { InputError } from "@grpc-lb-lab/stage-api";

/**
 * What to tell when something failed, and then undoing what had been done may have failed as well: the first failure, with what remains to
 * be done beside it unless it is the same.
 */
export function firstFailure(error: unknown): unknown {
  if (!(error instanceof SuppressedError)) return error;
  const first = firstFailure(error.suppressed);
  const { message } = firstFailure(error.error) as Error;
  if (!(first instanceof Error) || first.message === message) return first;
  const both = `${first.message}; in addition, the changes could not be undone (${message}): deploy the mode again`;
  return first instanceof InputError ? new InputError(both, { cause: error }) : new Error(both, { cause: error });
}
