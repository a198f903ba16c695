import { type HttpRoute, HttpServer, parseJson } from "@grpc-lb-lab/http-server";
import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { listenError } from "../deployment/listen-on.ts";

/** What {@link serveState} makes changeable from outside. */
export interface StateHolder<Schema extends v.GenericSchema> {
  readonly host: string;
  readonly port: number;
  readonly schema: Schema;
  /** Takes a new state as a whole. What it throws is answered with 400. */
  put(state: v.InferOutput<Schema>): void;
}

/** Models of many pods are long. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * An HTTP port by which a stage tells a container what a cluster would: `PUT /state` with JSON replaces the state as a whole,
 * `GET /readyz` says that it can be.
 * @throws {InputError} when the port is taken.
 */
export async function serveState<Schema extends v.GenericSchema>(
  holder: StateHolder<Schema>,
): Promise<AsyncDisposable> {
  const { host, port } = holder;
  const put = (body: string) => {
    replace(holder, parseJson(body));
    return { status: 200, json: {} };
  };
  const ready = () => ({ status: 200, json: { ready: true } });
  const routes: readonly HttpRoute[] = [
    { path: "/readyz", methods: { GET: ready } },
    { path: "/state", methods: { PUT: put } },
  ];
  const server = new HttpServer({ routes, maxBodyBytes: MOST_BYTES });
  await server.listen(host, port, (error) => listenError(error, { host, port }, "the state port"));
  return server;
}

/** @throws {InputError} when the state is not taken. */
function replace<Schema extends v.GenericSchema>({ schema, put }: StateHolder<Schema>, state: unknown): void {
  try {
    put(v.parse(schema, state));
  } catch (error) {
    throw new InputError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
