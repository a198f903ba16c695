import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import * as v from "valibot";
import { CALL_KINDS } from "../backend/finished-call.ts";
import type { HttpRoute } from "../http/http-route.ts";
import { sendJson } from "../http/send-json.ts";
import { MOST_PER_SECOND, type Traffic, type TrafficSettings } from "../traffic/traffic.ts";
import { readOwnJson } from "./read-own-json.ts";

const PASS_ON_TIMEOUT_MS = 2000;
const RATE = `must be a number from 0 to ${MOST_PER_SECOND}`;

const Wanted = v.strictObject({
  rate: v.pipe(v.number(RATE), v.minValue(0, RATE), v.maxValue(MOST_PER_SECOND, RATE)),
  kind: v.picklist(CALL_KINDS, `must be one of ${CALL_KINDS.join(", ")}`),
  /** Whether the frontends beside get the same, so that what is compared is under the same load. */
  everywhere: v.optional(v.boolean("must be true or false"), false),
});

/** The page's own load: GET it, PUT another; `everywhere` passes it on to `others`, the frontends that are compared. */
export function trafficRoutes(traffic: Traffic, others: readonly string[]): readonly HttpRoute[] {
  return [
    {
      method: "GET",
      path: "/traffic",
      handle: (_request, response) => sendJson(response, 200, traffic.settings),
    },
    {
      method: "PUT",
      path: "/traffic",
      async handle(request, response) {
        const { everywhere, ...settings } = wanted(await readOwnJson(request));
        traffic.set(settings);
        const silent = everywhere ? await passOn(settings, others) : [];
        if (silent.length > 0) throw new StatusError(status.UNAVAILABLE, `no answer from ${silent.join(", ")}`);
        sendJson(response, 200, traffic.settings);
      },
    },
  ];
}

function wanted(json: unknown): v.InferOutput<typeof Wanted> {
  const result = v.safeParse(Wanted, json);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
  throw new StatusError(status.INVALID_ARGUMENT, problems.join("; "));
}

/** Returns those that did not take it. */
async function passOn(settings: TrafficSettings, others: readonly string[]): Promise<readonly string[]> {
  const init = () => ({
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(settings),
    signal: AbortSignal.timeout(PASS_ON_TIMEOUT_MS),
  });
  const took = others.map((other) =>
    fetch(new URL("/traffic", other), init()).then(
      async ({ ok, body }) => {
        await body?.cancel();
        return ok;
      },
      () => false,
    ),
  );
  const answers = await Promise.all(took);
  return others.filter((_, index) => !answers[index]);
}
