import { InputError } from "@grpc-lb-lab/input-error";

/** A request's body as JSON. @throws {InputError} when it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new InputError("the body is not JSON");
  }
}
