import type { InboundWorkload } from "./inbound-workload.ts";
import type { MeshRoute, RetryPolicy } from "./mesh-route.ts";
import type { TrafficPolicy } from "./traffic-policy.ts";

/**
 * What the control plane serves: services and their endpoints, and the pods that have a sidecar. A model is a plain,
 * immutable value; a change is a new model. What did not change in it is best kept as the same object: it is then not encoded again.
 */
export interface MeshModel {
  readonly services: readonly MeshService[];
  /** The pods with an Envoy beside them; none where only proxyless clients run. */
  readonly workloads?: readonly InboundWorkload[];
  /** What xDS servers demand of their callers; where none speaks of a server, Istio's default holds: PERMISSIVE. */
  readonly peerAuthentications?: readonly PeerAuthentication[];
}

/** One port of a Kubernetes Service with `appProtocol: grpc`, together with what Istio would say of it (DestinationRule, VirtualService). */
export interface MeshService extends TrafficPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** The Service's cluster IP. A sidecar of this model listens on it, as no iptables lead the calls to a port of its own. */
  readonly clusterIp: string;
  /** DestinationRule `subsets`. */
  readonly subsets?: readonly MeshSubset[];
  /** DestinationRule `trafficPolicy.tls.mode`: how gRPC clients call the service; default DISABLE. Sidecars here always call in plaintext. */
  readonly tls?: "DISABLE" | "ISTIO_MUTUAL";
  /**
   * The service accounts that the service's pods run under; a client that calls with ISTIO_MUTUAL refuses any other. Default `default`.
   * istiod gathers them from the endpoints; here they stay the same while there is none.
   */
  readonly serviceAccounts?: readonly string[];
  /** EndpointSlice endpoints. */
  readonly endpoints: readonly MeshEndpoint[];
  /**
   * VirtualService `http`, the first match wins. Default: every call goes to the whole service. Where there are some, a call that none matches fails:
   * Envoy answers 404 (UNIMPLEMENTED), gRPC UNAVAILABLE.
   */
  readonly routes?: readonly MeshRoute[];
  /** Timeout of calls that no route gives its own; default: none. The caller's own deadline holds beside it. */
  readonly timeoutMs?: number;
  /** Retries of calls that no route gives its own; default: Istio's, two. */
  readonly retries?: RetryPolicy;
}

/** The endpoints of a service that have all of `labels`. Of its traffic policy, what is left out is the service's. */
export interface MeshSubset extends TrafficPolicy {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A pod behind a service: `envoy.config.endpoint.v3.LbEndpoint`, an endpoint of an EndpointSlice. */
export interface MeshEndpoint {
  /** A numeric IP address. */
  readonly address: string;
  readonly port: number;
  /** With `zone`, the endpoint's locality; endpoints of several are balanced by the sum of their weights. Default: none. */
  readonly region?: string;
  readonly zone?: string;
  /** Share of the calls relative to other endpoints; default 1. grpc-js weighs localities only, not the endpoints in one. */
  readonly weight?: number;
  /** Default HEALTHY. Neither grpc-js nor Envoy calls an endpoint that is not. */
  readonly health?: "HEALTHY" | "UNHEALTHY" | "DRAINING";
  /** The pod's labels, for subsets. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** An Istio PeerAuthentication: what the xDS servers that it speaks of demand of their callers. One with labels goes before one without. */
export interface PeerAuthentication {
  readonly namespace: string;
  /** `selector.matchLabels`: the labels of the pods that it speaks of, as their bootstrap says them. Default: every pod of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * DISABLE is plaintext, STRICT is mutual TLS. PERMISSIVE cannot be both on one port for gRPC: it is mutual TLS for pods with the label
   * `security.istio.io/tlsMode: istio`, plaintext for others.
   *
   * A running XdsServer of grpc-js-xds 1.14 does not follow a change between the two by itself: plaintext ends with a TypeError, mutual TLS
   * stays (`filterChainsEquivalent` in its server-listener.js mistakes which side has a transport socket). libs/rpc mends that for its servers.
   */
  readonly mode: "DISABLE" | "PERMISSIVE" | "STRICT";
}
