import type { JsonObject } from "../json.ts";
import { INBOUND_LISTENER_PREFIX } from "../model/names.ts";
import { type NodeOptions, nodeId, nodeMetadata } from "./node.ts";

/** A gRPC program and its control plane. */
export interface ProxylessBootstrapOptions extends NodeOptions {
  /** `host:port` of the control plane, or any target that gRPC knows. */
  readonly controlPlaneUri: string;
}

/**
 * The bootstrap of a gRPC client or server, for `GRPC_XDS_BOOTSTRAP_CONFIG` as JSON (gRFC A27), as Istio's agent writes it;
 * without certificate providers: the control plane serves plaintext.
 */
export function proxylessBootstrap(options: ProxylessBootstrapOptions): JsonObject {
  const { controlPlaneUri, locality = {} } = options;
  return {
    xds_servers: [{ server_uri: controlPlaneUri, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
    node: { id: nodeId(options), metadata: { GENERATOR: "grpc", ...nodeMetadata(options) }, locality },
    server_listener_resource_name_template: `${INBOUND_LISTENER_PREFIX}%s`,
  };
}
