import type { IncomingMessage } from "node:http";
import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { SayHelloRequestSchema, SayHelloResponseSchema } from "@grpc-lb-lab/proto";
import { metadataFromHeaders } from "../backend/carried-metadata.ts";
import { deadlineAt } from "../backend/deadline.ts";
import type { Greeter, GreeterCallOptions } from "../backend/greeter.ts";
import type { CarryOptions } from "../grpc/greeter-service.ts";
import { streamGreetings } from "./greetings-stream.ts";
import { HttpError } from "./http-error.ts";
import type { HttpRoute, RouteContext } from "./http-route.ts";
import { readJson } from "./read-body.ts";
import { sendJson } from "./send-json.ts";
import { restTimeoutMs } from "./timeout-headers.ts";

/** What {@link restRoutes} need. */
export interface RestOptions extends CarryOptions {
  readonly greeter: Greeter;
  readonly maxBodyBytes: number;
}

/**
 * The greeter as REST, in protobuf's JSON mapping (https://protobuf.dev/programming-guides/json/): `GET /hello?name=`, `POST /v1/greetings`, and
 * `GET /v1/greetings:stream?name=&count=&intervalMs=` as server-sent events.
 */
export function restRoutes(options: RestOptions): readonly HttpRoute[] {
  const { greeter, maxBodyBytes } = options;
  const greet = async (name: string, request: IncomingMessage, context: RouteContext) =>
    toJson(SayHelloResponseSchema, await greeter.sayHello({ name }, onward(request, context, options, false)));
  return [
    {
      method: "GET",
      path: "/hello",
      async handle(request, response, context) {
        sendJson(response, 200, await greet(nameIn(context.url), request, context));
      },
    },
    {
      method: "POST",
      path: "/v1/greetings",
      async handle(request, response, context) {
        const name = nameOf(await readJson(request, maxBodyBytes));
        sendJson(response, 200, await greet(name, request, context));
      },
    },
    {
      method: "GET",
      path: "/v1/greetings:stream",
      async handle(request, response, context) {
        const { searchParams } = context.url;
        const asked = {
          name: nameIn(context.url),
          count: uint32(searchParams, "count"),
          intervalMs: uint32(searchParams, "intervalMs"),
        };
        const callOptions = onward(request, context, options, true);
        if (request.method === "HEAD")
          return void response.writeHead(200, { "content-type": "text/event-stream" }).end();
        await streamGreetings(greeter.sayHelloStream(asked, callOptions), response, context);
      },
    },
  ];
}

function onward(
  request: IncomingMessage,
  { signal }: RouteContext,
  { deadlines, forwardHeaders }: CarryOptions,
  streams: boolean,
): GreeterCallOptions {
  const read = (name: string) => request.headers[name]?.toString();
  return {
    signal,
    deadlineAtMs: deadlineAt(restTimeoutMs(request), deadlines, streams),
    metadata: metadataFromHeaders(forwardHeaders, read),
    via: "rest",
  };
}

function nameIn({ searchParams }: URL): string {
  return requireName(searchParams.get("name") ?? "");
}

function nameOf(body: unknown): string {
  try {
    return requireName(fromJson(SayHelloRequestSchema, body as JsonValue).name);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(status.INVALID_ARGUMENT, `the body must be {"name": "…"}: ${(error as Error).message}`);
  }
}

function requireName(name: string): string {
  if (name === "") throw new HttpError(status.INVALID_ARGUMENT, "name must not be empty");
  return name;
}

function uint32(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "0";
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffffffff)
    throw new HttpError(status.INVALID_ARGUMENT, `${name} must be a whole number from 0 to 4294967295`);
  return Number(text);
}
