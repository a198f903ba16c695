import type { ServiceDefinition } from "@grpc/grpc-js";
import type protobuf from "protobufjs";
import { envoyProtos } from "../codec/envoy-protos.ts";
import type { XdsNode } from "../model/proxy.ts";

/** `envoy.service.discovery.v3.DiscoveryRequest`, as far as the control plane reads it. */
export interface DiscoveryRequest {
  readonly typeUrl: string;
  readonly resourceNames: readonly string[];
  /** Empty in the first request of a type on a stream. */
  readonly responseNonce: string;
  /** Sent with the first request of a stream only. */
  readonly node: XdsNode | undefined;
  /** Why the response of this nonce was rejected; undefined when it was accepted. */
  readonly errorDetail: string | undefined;
}

/** `envoy.service.discovery.v3.DiscoveryResponse`; resources are encoded already. */
export interface DiscoveryResponse {
  readonly version_info: string;
  readonly resources: readonly { readonly type_url: string; readonly value: Uint8Array }[];
  readonly type_url: string;
  readonly nonce: string;
}

/** The state-of-the-world half of `AggregatedDiscoveryService`; a call of the incremental half is answered UNIMPLEMENTED. */
export function aggregatedDiscoveryService(): ServiceDefinition {
  const root = envoyProtos();
  const request = root.lookupType("envoy.service.discovery.v3.DiscoveryRequest");
  const response = root.lookupType("envoy.service.discovery.v3.DiscoveryResponse");
  return {
    streamAggregatedResources: {
      path: "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
      requestStream: true,
      responseStream: true,
      requestSerialize: serializer(request),
      requestDeserialize: (bytes) => readRequest(request.decode(bytes) as RawRequest),
      responseSerialize: serializer(response),
      responseDeserialize: (bytes) => response.decode(bytes),
    },
  };
}

/** A request as protobufjs decodes it; absent messages are null. */
interface RawRequest extends protobuf.Message {
  readonly type_url: string;
  readonly resource_names: readonly string[];
  readonly response_nonce: string;
  readonly node: RawNode | null;
  readonly error_detail: { readonly message: string; readonly code: number } | null;
}

interface RawNode {
  readonly id: string;
  readonly user_agent_name: string;
  readonly metadata: RawStruct | null;
  readonly locality: { readonly region: string; readonly zone: string } | null;
}

/** `google.protobuf.Struct` as protobufjs decodes it. */
interface RawStruct {
  readonly fields: Readonly<Record<string, { readonly stringValue?: string; readonly structValue?: RawStruct }>>;
}

function readRequest({ type_url, resource_names, response_nonce, node, error_detail }: RawRequest): DiscoveryRequest {
  return {
    typeUrl: type_url,
    resourceNames: resource_names,
    responseNonce: response_nonce,
    node: node === null ? undefined : readNode(node),
    errorDetail: error_detail === null ? undefined : error_detail.message || `status ${error_detail.code}`,
  };
}

function readNode({ id, user_agent_name, metadata, locality }: RawNode): XdsNode {
  const labels = metadata?.fields.LABELS?.structValue;
  const { region = "", zone = "" } = locality ?? {};
  return {
    id,
    userAgentName: user_agent_name,
    metadata: textsOf(metadata),
    labels: textsOf(labels),
    locality: { region, zone },
  };
}

function textsOf(struct: RawStruct | null | undefined): Record<string, string> {
  const members = Object.entries(struct?.fields ?? {});
  const texts = members.flatMap(([key, { stringValue }]) => (stringValue ? [[key, stringValue] as const] : []));
  return Object.fromEntries(texts);
}

function serializer(type: protobuf.Type): (message: object) => Buffer {
  return (message) => {
    const bytes = type.encode(message).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}
