import type { DescMethod, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
} from "@grpc/grpc-js";

type Request<M extends DescMethod> = MessageShape<M["input"]>;
type Response<M extends DescMethod> = MessageInitShape<M["output"]>;

/** The grpc-js handler type that fits one method's kind of call. */
export type MethodHandler<M extends DescMethod> = M["methodKind"] extends "unary"
  ? handleUnaryCall<Request<M>, Response<M>>
  : M["methodKind"] extends "server_streaming"
    ? handleServerStreamingCall<Request<M>, Response<M>>
    : M["methodKind"] extends "client_streaming"
      ? handleClientStreamingCall<Request<M>, Response<M>>
      : handleBidiStreamingCall<Request<M>, Response<M>>;

/** What a server implements: one handler for each method, requests and responses typed from the descriptor. */
export type ServiceHandlers<S extends DescService> = {
  readonly [K in keyof S["method"]]: MethodHandler<S["method"][K]>;
};
