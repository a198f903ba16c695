/**
 * `metadata` of a stored object, the part that list and watch clients read (`meta/v1.ObjectMeta`).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One address of a Service with what is known of it (`discovery.k8s.io/v1.Endpoint`). */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: {
    readonly kind: "Pod";
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  /** Where clients should call it from (topology-aware routing). */
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
}

/** A named port of every endpoint in a slice (`discovery.k8s.io/v1.EndpointPort`). */
export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: "TCP";
  readonly appProtocol?: string;
}

/** What a slice is made of, apart from its identity. */
export interface SliceContent {
  readonly addressType: "IPv4" | "IPv6";
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

/**
 * A part of the endpoints of one Service (`discovery.k8s.io/v1.EndpointSlice`).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export interface EndpointSlice extends SliceContent {
  readonly metadata: ObjectMeta;
}

/** `kind` and `apiVersion` of an EndpointSlice, which list items leave out and watch events carry. */
export const sliceType = { kind: "EndpointSlice", apiVersion: "discovery.k8s.io/v1" } as const;

/** The label that ties a slice to its Service. */
export const serviceNameLabel = "kubernetes.io/service-name";
