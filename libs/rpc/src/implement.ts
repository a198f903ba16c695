import type { DescMethod, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type ServiceHandlers, serviceDefinition } from "@grpc-lb-lab/proto";
import type { CallContext } from "./call-context.ts";
import { grpcHandler } from "./grpc-handler.ts";
import type { GrpcService } from "./grpc-service.ts";
import type { Logger } from "./logger.ts";

type Request<M extends DescMethod> = MessageShape<M["input"]>;
type Response<M extends DescMethod> = MessageInitShape<M["output"]>;

/** One method as a function: messages or async iterables of messages in, the same out. */
export type MethodImplementation<M extends DescMethod> = M["methodKind"] extends "unary"
  ? (request: Request<M>, call: CallContext) => Promise<Response<M>> | Response<M>
  : M["methodKind"] extends "server_streaming"
    ? (request: Request<M>, call: CallContext) => AsyncIterable<Response<M>>
    : M["methodKind"] extends "client_streaming"
      ? (requests: AsyncIterable<Request<M>>, call: CallContext) => Promise<Response<M>>
      : (requests: AsyncIterable<Request<M>>, call: CallContext) => AsyncIterable<Response<M>>;

/** A service as functions, one for each method, typed from the descriptor. */
export type ServiceImplementation<S extends DescService> = {
  readonly [K in keyof S["method"]]: MethodImplementation<S["method"][K]>;
};

/**
 * Makes a grpc-js service of plain functions: they return or throw, and this keeps backpressure, cancellation and the mapping of
 * errors to statuses (see `toStatus`) in one place.
 */
export function implement<S extends DescService>(
  service: S,
  implementation: ServiceImplementation<S>,
  logger: Logger,
): GrpcService {
  const methods = implementation as Record<string, MethodImplementation<DescMethod>>;
  const handlers = service.methods.map((method) => [
    method.localName,
    grpcHandler(method, methods[method.localName], logger),
  ]);
  return {
    name: service.typeName,
    definition: serviceDefinition(service),
    handlers: Object.fromEntries(handlers) as ServiceHandlers<S> & UntypedServiceImplementation,
    file: service.file,
  };
}
