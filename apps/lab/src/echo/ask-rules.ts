import { InputError } from "@grpc-lb-lab/stage-api";
import { RULES_HOST } from "./rules-address.ts";

/** Longer than the pods may take to agree. */
const ANSWERED_WITHIN_MS = 30_000;

/** What {@link askRules} sends. */
export interface RulesRequest {
  readonly signal: AbortSignal;
  /** POSTed; undefined: GET. */
  readonly body?: string;
  /** What a refusal is about: a file. */
  readonly what?: string;
}

/**
 * Asks the rules of a running `lab up proxyless --app echo`.
 * @throws {InputError} when nobody answers there, or the request is refused.
 */
export async function askRules<T extends object>(
  port: number,
  path: string,
  { signal, body, what = "rules" }: RulesRequest,
): Promise<T> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]);
  const request = body === undefined ? {} : { method: "POST", body };
  const answer = await fetch(`http://${RULES_HOST}:${port}${path}`, { ...request, signal: patience })
    .then(async (response) => ({ ok: response.ok, json: (await response.json()) as T & { readonly error?: string } }))
    .catch((error: Error) => {
      signal.throwIfAborted();
      const remedy = 'start "lab up proxyless --app echo" in another terminal, or give its --rules-port';
      throw new InputError(`nothing accepts rules at ${RULES_HOST}:${port}: ${remedy}`, { cause: error });
    });
  if (!answer.ok) throw new InputError(`${what}: ${answer.json.error ?? "the answer does not come from lab up"}`);
  return answer.json;
}
