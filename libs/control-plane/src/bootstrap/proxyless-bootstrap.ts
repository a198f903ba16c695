import { join } from "node:path";
import { duration, type JsonObject } from "../json.ts";
import { INBOUND_LISTENER_PREFIX } from "../model/names.ts";
import { type NodeOptions, nodeId, nodeMetadata } from "./node.ts";

/** A gRPC program and its control plane. */
export interface ProxylessBootstrapOptions extends NodeOptions {
  /** `host:port` of the control plane, or any target that gRPC knows. */
  readonly controlPlaneUri: string;
  /** The program's own certificate, without which it rejects (NACK) what asks for mutual TLS; default: none. */
  readonly certificate?: CertificateFolder;
}

/** Where a program finds its key and certificates. */
export interface CertificateFolder {
  /** A folder with `key.pem`, `cert-chain.pem` and `root-cert.pem`. */
  readonly folder: string;
  /** How often the program reads them, in ms; default 900,000, as Istio's agent has it. A new certificate is used from the next reading on. */
  readonly refreshIntervalMs?: number;
}

const REFRESH_INTERVAL_MS = 900_000;

/**
 * The bootstrap of a gRPC client or server, for `GRPC_XDS_BOOTSTRAP_CONFIG` as JSON (gRFC A27), as Istio's agent writes it. The stream to
 * the control plane itself is plaintext; a certificate is for the calls (gRFC A29).
 */
export function proxylessBootstrap(options: ProxylessBootstrapOptions): JsonObject {
  const { controlPlaneUri, certificate, locality = {} } = options;
  return {
    xds_servers: [{ server_uri: controlPlaneUri, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
    node: { id: nodeId(options), metadata: { GENERATOR: "grpc", ...nodeMetadata(options) }, locality },
    ...(certificate === undefined ? {} : { certificate_providers: { default: fileWatcher(certificate) } }),
    server_listener_resource_name_template: `${INBOUND_LISTENER_PREFIX}%s`,
  };
}

function fileWatcher({ folder, refreshIntervalMs = REFRESH_INTERVAL_MS }: CertificateFolder): JsonObject {
  return {
    plugin_name: "file_watcher",
    config: {
      certificate_file: join(folder, "cert-chain.pem"),
      private_key_file: join(folder, "key.pem"),
      ca_certificate_file: join(folder, "root-cert.pem"),
      refresh_interval: duration(refreshIntervalMs),
    },
  };
}
