import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Deployment, type Fault, InputError } from "@grpc-lb-lab/stage";
import * as v from "valibot";

const LOOPBACK = "127.0.0.1";
const MOST_BYTES = 10_000;
/** Enough for a page, and for two cores. */
const MOST_PODS = 12;

const NO_FAULT = { latencyMs: 0, jitterMs: 0, errorCode: "UNAVAILABLE", errorShare: 0 };
const Scale = v.strictObject({ pods: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_PODS)) });
const Crash = v.strictObject({ pod: v.string() });
const FaultOfPod = v.strictObject({
  pod: v.string(),
  fault: v.strictObject({
    latencyMs: v.optional(v.number()),
    jitterMs: v.optional(v.number()),
    errorCode: v.optional(v.string()),
    errorShare: v.optional(v.number()),
  }),
});

/** A deployment's control API, for the frontend's page. */
export interface StageApi extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves a deployment's controls at a free loopback port: `GET /stage`; `POST /stage/scale` {pods}, `/stage/crash` {pod} and `/stage/fault`
 * {pod, fault}, where an empty fault heals. What is wrong is told with 400.
 */
export async function serveStage(deployment: Deployment): Promise<StageApi> {
  const controls = new Controls(deployment);
  const server = createServer((request, response) => void answer(controls, request, response));
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A deployment with the faults that its pods were given: pods do not tell. */
class Controls {
  readonly #deployment: Deployment;
  readonly #faults = new Map<string, Fault>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  state() {
    const { mode } = this.#deployment;
    const pods = this.#deployment.pods().map(({ name, ready, zone, version }) => {
      return { name, ready, zone, version, fault: { ...NO_FAULT, ...this.#faults.get(name) } };
    });
    return { mode, pods, maxPods: MOST_PODS };
  }

  readonly actions: Readonly<Record<string, (body: unknown) => Promise<void>>> = {
    "/stage/scale": async (body) => this.#deployment.scale(parse(Scale, body).pods),
    "/stage/crash": async (body) => {
      const { pod } = parse(Crash, body);
      await this.#deployment.crash(pod);
      this.#faults.delete(pod);
    },
    "/stage/fault": async (body) => {
      const { pod, fault } = parse(FaultOfPod, body);
      const given = Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined));
      await this.#deployment.fault(pod, given);
      this.#faults.set(pod, given);
    },
  };
}

async function answer(controls: Controls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const reply = (status: number, body: object) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const { method, url = "" } = request;
  if (method === "GET" && url === "/stage") return void reply(200, controls.state());
  // No browser's page has a reason to come here: it goes through the frontend, which looks where it is from.
  if (request.headers.origin !== undefined) return void reply(403, { error: "not for pages of a browser" });
  const action = method === "POST" ? controls.actions[url] : undefined;
  if (action === undefined) return void reply(404, { error: `there is no ${method} ${url}` });
  if (!(Number(request.headers["content-length"]) <= MOST_BYTES))
    return void reply(413, { error: "the body is too large" });
  try {
    await action(await json(request));
    reply(200, controls.state());
  } catch (error) {
    const isAsked = error instanceof InputError || error instanceof SyntaxError;
    reply(isAsked ? 400 : 500, { error: (error as Error).message });
  }
}

function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InputError(`${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
}
