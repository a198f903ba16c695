import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { GreeterService } from "@grpc-lb-lab/proto";
import { metadataFromHeaders } from "../backend/carried-metadata.ts";
import { deadlineAt } from "../backend/deadline.ts";
import type { Greeter, GreeterCallOptions } from "../backend/greeter.ts";
import type { CarryOptions } from "../grpc/greeter-service.ts";
import { toConnectError } from "./connect-error.ts";
import { answerCors } from "./cors.ts";
import { withGrpcWebText } from "./grpc-web-text.ts";
import { refuseMethod } from "./router.ts";
import { capTimeoutHeaders } from "./timeout-headers.ts";

/** What {@link RpcRoutes} need. */
export interface RpcRoutesOptions extends CarryOptions {
  readonly greeter: Greeter;
  readonly maxBodyBytes: number;
}

/**
 * GreeterService over Connect and gRPC-Web (as bytes or text), carried on to the backend as native gRPC is. HTTP/1.1 cannot carry `Chat`, which needs both directions at once:
 * it is answered 505, and native gRPC has it.
 */
export class RpcRoutes {
  readonly #methods = new Map(
    GreeterService.methods.map((method) => [`/${GreeterService.typeName}/${method.name}`, method]),
  );
  readonly #options: RpcRoutesOptions;
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #shutdown = new AbortController();

  constructor(options: RpcRoutesOptions) {
    this.#options = options;
    this.#handle = connectNodeAdapter({
      grpc: false,
      readMaxBytes: options.maxBodyBytes,
      shutdownSignal: this.#shutdown.signal,
      routes: (router) => {
        carry(router, options);
        router.handlers.splice(0, router.handlers.length, ...router.handlers.map(withGrpcWebText));
      },
    });
  }

  /** Whether a path is one of the service's methods. */
  has(path: string): boolean {
    return this.#methods.has(path);
  }

  /** Whether the requests of the method at that path are a stream. */
  streamsIn(path: string): boolean {
    const kind = this.#methods.get(path)?.methodKind;
    return kind === "client_streaming" || kind === "bidi_streaming";
  }

  /** @throws {HttpError} 405 for anything but POST and OPTIONS. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const { deadlines, forwardHeaders } = this.#options;
    if (answerCors(request, response, forwardHeaders)) return;
    if (request.method !== "POST") refuseMethod(request.method ?? "", request.url ?? "", ["POST", "OPTIONS"]);
    capTimeoutHeaders(request, deadlines.maxMs);
    this.#handle(request, response);
  }

  /** Ends the calls under way with UNAVAILABLE. */
  shutDown(): void {
    this.#shutdown.abort(new ConnectError("the server is shutting down", Code.Unavailable));
  }
}

function carry(router: ConnectRouter, { greeter, deadlines, forwardHeaders }: RpcRoutesOptions): void {
  const onward = (context: HandlerContext, streams: boolean): GreeterCallOptions => ({
    signal: context.signal,
    deadlineAtMs: deadlineAt(context.timeoutMs(), deadlines, streams),
    metadata: metadataFromHeaders(forwardHeaders, (name) => context.requestHeader.get(name)),
    via: context.protocolName === "grpc-web" ? "grpc-web" : "connect",
  });
  router.service(GreeterService, {
    sayHello: (request, context) => one(greeter.sayHello(request, onward(context, false)), context),
    sayHelloStream: (request, context) => many(greeter.sayHelloStream(request, onward(context, true)), context),
    sayHelloToMany: (requests, context) => one(greeter.sayHelloToMany(requests, onward(context, true)), context),
    chat: (requests, context) => many(greeter.chat(requests, onward(context, true)), context),
  });
}

async function one<T>(answer: Promise<T>, context: HandlerContext): Promise<T> {
  return await answer.catch((error) => {
    throw endOf(error, context);
  });
}

async function* many<T>(answers: AsyncIterable<T>, context: HandlerContext): AsyncIterable<T> {
  try {
    yield* answers;
  } catch (error) {
    throw endOf(error, context);
  }
}

/** What the client is told: what was wrong with its requests; of a call that was cut from here, why it was (shutdown, its deadline); else how the call ended. */
function endOf(error: unknown, { signal }: HandlerContext): unknown {
  if (error instanceof ConnectError && error.code !== Code.Canceled) return error;
  return signal.aborted && signal.reason instanceof ConnectError ? signal.reason : toConnectError(error);
}
