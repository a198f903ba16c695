import { get } from "node:http";
import { text } from "node:stream/consumers";

/** Asks Envoy's admin interface `/ready`: "LIVE" when it serves, else its state ("PRE_INITIALIZING", …) or why it cannot be asked. */
export async function adminState(adminAddress: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // No agent: a kept-alive connection would outlive the question.
  get(`http://${adminAddress}/ready`, { agent: false, signal }, (response) =>
    text(response).then(resolve, reject),
  ).once("error", reject);
  return promise.then(
    (body) => body.trim(),
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}
