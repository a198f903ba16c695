import { once } from "node:events";
import type { DescMethod, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { CallContext } from "./call-context.ts";
import type { Logger } from "./logger.ts";
import { toStatus } from "./to-status.ts";

type Request = MessageShape<DescMethod["input"]>;
type Response = MessageInitShape<DescMethod["output"]>;
type Implementation = (input: never, call: CallContext) => unknown;

/** Makes the grpc-js handler of one method from its function. */
export function grpcHandler(method: DescMethod, run: Implementation | undefined, logger: Logger): UntypedHandleCall {
  const path = `/${method.parent.typeName}/${method.name}`;
  if (run === undefined) throw new TypeError(`${path} has no implementation`);
  const statusOf = (thrown: unknown) => toStatus(thrown, path, logger);
  switch (method.methodKind) {
    case "unary":
      return unary(run as One<Request>, statusOf);
    case "client_streaming":
      return clientStreaming(run as One<AsyncIterable<Request>>, statusOf);
    case "server_streaming":
      return (call: ServerWritableStream<Request, Response>) =>
        answer(call, (context) => (run as Many<Request>)(call.request, context), statusOf);
    case "bidi_streaming":
      return (call: ServerDuplexStream<Request, Response>) =>
        answer(call, (context) => (run as Many<AsyncIterable<Request>>)(requestsOf(call), context), statusOf);
  }
}

type One<I> = (input: I, call: CallContext) => Promise<Response> | Response;
type Many<I> = (input: I, call: CallContext) => AsyncIterable<Response>;
type StatusOf = (thrown: unknown) => ReturnType<typeof toStatus>;

function unary(run: One<Request>, statusOf: StatusOf) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    await respond(() => run(call.request, new CallContext(call)), call, callback, statusOf);
  };
}

function clientStreaming(run: One<AsyncIterable<Request>>, statusOf: StatusOf) {
  return async (call: ServerReadableStream<Request, Response>, callback: sendUnaryData<Response>) => {
    await respond(() => run(requestsOf(call), new CallContext(call)), call, callback, statusOf);
  };
}

async function respond(
  run: () => Promise<Response> | Response,
  call: { readonly cancelled: boolean },
  callback: sendUnaryData<Response>,
  statusOf: StatusOf,
): Promise<void> {
  let response: Response;
  try {
    response = await run();
  } catch (thrown) {
    // Whoever cancelled hears nothing any more, and the error is most likely the cancellation itself.
    if (!call.cancelled) callback(statusOf(thrown));
    return;
  }
  callback(null, response);
}

async function answer(
  call: ServerWritableStream<Request, Response> | ServerDuplexStream<Request, Response>,
  run: (context: CallContext) => AsyncIterable<Response>,
  statusOf: StatusOf,
): Promise<void> {
  const context = new CallContext(call);
  try {
    for await (const response of run(context)) {
      if (call.cancelled) return;
      if (!call.write(response)) await once(call, "drain", { signal: context.signal });
    }
    if (!call.cancelled) call.end();
  } catch (thrown) {
    // grpc-js ends a stream with a status by this event.
    if (!call.cancelled) call.emit("error", statusOf(thrown));
  }
}

/** The requests of a stream. Leaving it early must not destroy the call, which still has to be answered. */
function requestsOf(call: ServerReadableStream<Request, Response> | ServerDuplexStream<Request, Response>) {
  return call.iterator({ destroyOnReturn: false }) as AsyncIterable<Request>;
}
