import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { InputError, type LocalEcho } from "@grpc-lb-lab/stage";
import { RULES_HOST } from "./rules-address.ts";

/** Far above any rules, far below what hurts. */
const MOST_BYTES = 1_000_000;

/**
 * Listens where `lab apply` sends rules to, and applies them; what the API server is to `kubectl apply` in a cluster. Resolves when it listens.
 * @throws {InputError} when the port is taken.
 */
export async function serveRules(echo: LocalEcho, port: number, signal: AbortSignal): Promise<AsyncDisposable> {
  const server = createServer((request, response) => void answer(echo, request, response, signal));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new InputError(`the rules cannot be taken at ${RULES_HOST}:${port}: ${error.message}`)),
    );
    server.listen(port, RULES_HOST, resolve);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(echo: LocalEcho, request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
  const reply = (status: number, json: object) =>
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(json));
  if (request.method !== "POST" || request.url !== "/rules")
    return reply(404, { error: "POST /rules takes rules as YAML" });
  if (!(Number(request.headers["content-length"]) <= MOST_BYTES))
    return reply(413, { error: `rules may have ${MOST_BYTES} bytes` });
  try {
    reply(200, { applied: await echo.apply(await text(request), signal) });
  } catch (error) {
    reply(error instanceof InputError ? 400 : 500, { error: (error as Error).message });
  }
}
