import type { HttpRoute } from "../http/http-route.ts";
import { sendJson } from "../http/send-json.ts";
import { readOwnJson } from "./read-own-json.ts";
import type { StageClient } from "./stage-client.ts";

const CHANGES = ["/stage/scale", "/stage/crash", "/stage/fault"];

/** The stage's control API under the frontend's own origin: these paths and no other. */
export function stageRoutes(stage: StageClient): readonly HttpRoute[] {
  const read: HttpRoute = {
    method: "GET",
    path: "/stage",
    async handle(_request, response, { signal }) {
      const { status, json } = await stage.ask("/stage", signal);
      sendJson(response, status, json);
    },
  };
  const changes = CHANGES.map(
    (path): HttpRoute => ({
      method: "POST",
      path,
      async handle(request, response, { signal }) {
        const { status, json } = await stage.ask(path, signal, await readOwnJson(request));
        await stage.refresh();
        sendJson(response, status, json);
      },
    }),
  );
  return [read, ...changes];
}
