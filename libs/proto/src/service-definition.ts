import type { DescMessage, DescMethod, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";

/** What a caller may hand over for a message: the message itself, or its fields as a plain object. */
type Init<M extends DescMessage> = MessageInitShape<M>;

/** The grpc-js definition of one protobuf-es method: request fields in, request message out, and the same back. */
export type GrpcMethodDefinition<M extends DescMethod> = MethodDefinition<
  Init<M["input"]> | MessageShape<M["input"]>,
  Init<M["output"]> | MessageShape<M["output"]>
>;

/** The grpc-js definition of a whole protobuf-es service, keyed by the methods' local names (`sayHello`). */
export type GrpcServiceDefinition<S extends DescService> = {
  readonly [K in keyof S["method"]]: GrpcMethodDefinition<S["method"][K]>;
} & ServiceDefinition;

/**
 * Makes a grpc-js service definition from a protobuf-es descriptor, so that one generated file serves both libraries.
 * Corresponds to what `grpc-tools` or `@grpc/proto-loader` would generate; paths are `/<package>.<Service>/<Method>`.
 */
export function serviceDefinition<S extends DescService>(service: S): GrpcServiceDefinition<S> {
  const methods = service.methods.map((method) => [method.localName, methodDefinition(method)]);
  return Object.fromEntries(methods) as GrpcServiceDefinition<S>;
}

/** The definition of a single method: what {@link serviceDefinition} is made of. */
export function methodDefinition<M extends DescMethod>(method: M): GrpcMethodDefinition<M> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: serializer(method.input),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes) as MessageShape<M["input"]>,
    responseSerialize: serializer(method.output),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes) as MessageShape<M["output"]>,
    originalName: method.localName,
  };
}

function serializer(schema: DescMessage): (value: MessageInitShape<DescMessage>) => Buffer {
  return (value) => {
    const bytes = toBinary(schema, create(schema, value));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}
