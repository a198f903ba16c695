import { ProgramUnavailableError } from "@grpc-lb-lab/input-error";

/** No usable program: the reason, with what was tried, and what to do about it. */
export function unavailable(reason: string, remedy: string, options?: ErrorOptions): ProgramUnavailableError {
  return new ProgramUnavailableError(`${reason}. ${remedy}.`, options);
}
