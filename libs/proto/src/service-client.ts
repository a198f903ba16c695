import type { DescMethod, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type {
  CallOptions,
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ClientUnaryCall,
  ClientWritableStream,
  Metadata,
  MethodDefinition,
  requestCallback,
} from "@grpc/grpc-js";
import { methodDefinition } from "./service-definition.ts";

type Request<M extends DescMethod> = MessageInitShape<M["input"]>;
type Response<M extends DescMethod> = MessageShape<M["output"]>;

/** The call signature of one method, by its kind; the same as grpc-js's generated clients, with metadata and options explicit. */
export type ClientMethod<M extends DescMethod> = M["methodKind"] extends "unary"
  ? (
      request: Request<M>,
      metadata: Metadata,
      options: CallOptions,
      callback: requestCallback<Response<M>>,
    ) => ClientUnaryCall
  : M["methodKind"] extends "server_streaming"
    ? (request: Request<M>, metadata: Metadata, options: CallOptions) => ClientReadableStream<Response<M>>
    : M["methodKind"] extends "client_streaming"
      ? (
          metadata: Metadata,
          options: CallOptions,
          callback: requestCallback<Response<M>>,
        ) => ClientWritableStream<Request<M>>
      : (metadata: Metadata, options: CallOptions) => ClientDuplexStream<Request<M>, Response<M>>;

/** A typed client: one function for each method of the service. */
export type ServiceClient<S extends DescService> = {
  readonly [K in keyof S["method"]]: ClientMethod<S["method"][K]>;
};

/**
 * Binds a service's methods to a grpc-js client, which brings the channel (target, policy, credentials) with it.
 * The grpc-js client stays the owner of the connection: closing it closes this.
 */
export function serviceClient<S extends DescService>(service: S, client: Client): ServiceClient<S> {
  const methods = service.methods.map((method) => [method.localName, clientMethod(method, client)]);
  return Object.fromEntries(methods) as ServiceClient<S>;
}

function clientMethod(method: DescMethod, client: Client): unknown {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(method) as MethodDefinition<
    unknown,
    unknown
  >;
  switch (method.methodKind) {
    case "unary":
      return client.makeUnaryRequest.bind(client, path, requestSerialize, responseDeserialize);
    case "server_streaming":
      return client.makeServerStreamRequest.bind(client, path, requestSerialize, responseDeserialize);
    case "client_streaming":
      return client.makeClientStreamRequest.bind(client, path, requestSerialize, responseDeserialize);
    case "bidi_streaming":
      return client.makeBidiStreamRequest.bind(client, path, requestSerialize, responseDeserialize);
  }
}
