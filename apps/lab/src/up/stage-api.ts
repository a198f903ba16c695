import type { IncomingHttpHeaders } from "node:http";
import { HttpServer, parseJson } from "@grpc-lb-lab/http-server";
import {
  APPLICATION_FAULTS,
  type ApplicationFault,
  type Deployment,
  InputError,
  type Pod,
} from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { say } from "../say.ts";

const LOOPBACK = "127.0.0.1";
const MOST_BYTES = 10_000;
/** Enough for a page, and for two cores. */
const MOST_PODS = 12;

/** A page is not to wait for a pod that is just coming or going. */
const PATIENCE_MS = 1_000;
const Scale = v.strictObject({ pods: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_PODS)) });
const Crash = v.strictObject({ pod: v.string() });
/** What a field may be is for the pod to say. */
const FaultOfPod = v.strictObject({
  pod: v.string(),
  fault: v.record(v.picklist(APPLICATION_FAULTS), v.union([v.number(), v.string()])),
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
  const state = async () => ({ status: 200, json: await controls.state() });
  const actions = Object.entries(controls.actions).map(([path, act]) => ({
    path,
    methods: {
      POST: async (body: string, { origin }: IncomingHttpHeaders) => {
        // No browser's page has a reason to come here: it goes through the frontend, which looks where it is from.
        if (origin !== undefined) return { status: 403, json: { error: "a browser's page must not call this" } };
        await act(parseJson(body));
        return state();
      },
    },
  }));
  const server = new HttpServer({
    routes: [{ path: "/stage", methods: { GET: state } }, ...actions],
    maxBodyBytes: MOST_BYTES,
    onError: (error, url) => say(`${url}: ${error}`),
  });
  const port = await server.listen(LOOPBACK, 0, (error) => error);
  return { url: `http://${LOOPBACK}:${port}`, [Symbol.asyncDispose]: () => server.close() };
}

/** A deployment, controlled by requests. */
class Controls {
  readonly #deployment: Deployment;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  async state() {
    const { mode } = this.#deployment;
    const pods = this.#deployment.pods().map(async (pod) => {
      const { name, ready, zone, version } = pod;
      return { name, ready, zone, version, fault: await faultOf(pod) };
    });
    return { mode, pods: await Promise.all(pods), maxPods: MOST_PODS };
  }

  readonly actions: Readonly<Record<string, (body: unknown) => Promise<void>>> = {
    "/stage/scale": async (body) => this.#deployment.scale(parse(Scale, body).pods),
    "/stage/crash": async (body) => {
      await this.#deployment.crash(parse(Crash, body).pod);
    },
    "/stage/fault": async (body) => {
      const { pod, fault } = parse(FaultOfPod, body);
      await this.#deployment.fault(pod, fault as ApplicationFault);
    },
  };
}

/** The fault in force, which the pod itself knows: others set it too, and a new process has none. None of a pod that does not answer. */
async function faultOf({ adminAddress }: Pod): Promise<ApplicationFault> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(`http://${adminAddress}/faults`, { signal }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as ApplicationFault) : {};
}

function parse<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InputError(`${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
}
