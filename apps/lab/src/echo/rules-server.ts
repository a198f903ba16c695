import { HttpServer } from "@grpc-lb-lab/http-server";
import type { LocalEcho } from "@grpc-lb-lab/stage";
import { InputError } from "@grpc-lb-lab/stage-api";
import { say } from "../say.ts";
import { RULES_HOST } from "./rules-address.ts";

/** Far above any rules, far below what hurts. */
const MOST_BYTES = 1_000_000;

/**
 * Listens where `lab apply`, `lab delete` and `lab get` go (`POST /rules` and `POST /rules/delete` with YAML, `GET /rules`); what the API server is to
 * kubectl in a cluster. Resolves when it listens.
 * @throws {InputError} when the port is taken.
 */
export async function serveRules(echo: LocalEcho, port: number, signal: AbortSignal): Promise<AsyncDisposable> {
  const apply = async (rules: string) => ({ status: 200, json: await echo.apply(rules, signal) });
  const remove = async (rules: string) => ({ status: 200, json: await echo.delete(rules, signal) });
  const get = async () => ({ status: 200, json: echo.ruleStates });
  const server = new HttpServer({
    routes: [
      { path: "/rules", methods: { GET: get, POST: apply } },
      { path: "/rules/delete", methods: { POST: remove } },
    ],
    maxBodyBytes: MOST_BYTES,
    onError: (error) => say(`rules: ${error}`),
  });
  const taken = (error: Error) =>
    new InputError(`lab up cannot accept rules at ${RULES_HOST}:${port}: ${error.message}`, { cause: error });
  await server.listen(RULES_HOST, port, taken);
  return server;
}
