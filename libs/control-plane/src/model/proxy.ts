import { isIP } from "node:net";

/** A client of the control plane: what istiod calls a proxy, read from `envoy.config.core.v3.Node`. */
export interface MeshProxy {
  /** The node id as it was sent. */
  readonly id: string;
  /** A gRPC client or server by itself, or an Envoy. */
  readonly kind: "proxyless" | "sidecar";
  /** The pod's address, where the id names one. */
  readonly ip: string | undefined;
  /** Where it runs; short service names are relative to it. */
  readonly namespace: string;
  /** The pod's labels, where the node says them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly locality: Locality;
}

/** A region and a zone in it; empty where nothing is known. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
}

/** The parts of a node that {@link proxyOf} reads. */
export interface XdsNode {
  readonly id: string;
  readonly userAgentName: string;
  /** String members of the node's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** String members of the metadata's `LABELS`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly locality: Locality;
}

/**
 * Reads a node as istiod does: an id of the form `sidecar~<ip>~<pod>.<namespace>~<namespace>.svc.cluster.local`, and the
 * metadata `GENERATOR: grpc` of proxyless clients, `NAMESPACE` and `LABELS`. Unlike istiod it takes any id, and knows gRPC's own clients by their user agent as well.
 */
export function proxyOf({ id, userAgentName, metadata, labels, locality }: XdsNode): MeshProxy {
  const [, ip = "", , domain = ""] = id.split("~");
  const proxyless = metadata.GENERATOR === "grpc" || userAgentName.startsWith("gRPC");
  return {
    id,
    kind: proxyless ? "proxyless" : "sidecar",
    ip: isIP(ip) === 0 ? undefined : ip,
    namespace: metadata.NAMESPACE ?? domain.split(".")[0] ?? "",
    labels,
    locality,
  };
}
