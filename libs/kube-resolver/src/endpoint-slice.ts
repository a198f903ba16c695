/**
 * The part of `discovery.k8s.io/v1.EndpointSlice` that name resolution reads. Lists may be null and conditions missing.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export interface EndpointSlice {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  /** `IPv4`, `IPv6` or `FQDN`. */
  readonly addressType: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly SlicePort[] | null;
}

/** One endpoint of a slice: a pod's address of one family. */
export interface SliceEndpoint {
  readonly addresses?: readonly string[] | null;
  readonly conditions?: {
    readonly ready?: boolean | null;
    readonly serving?: boolean | null;
    readonly terminating?: boolean | null;
  };
  readonly nodeName?: string | null;
  readonly zone?: string | null;
  readonly targetRef?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[] | null;
    readonly forNodes?: readonly { readonly name: string }[] | null;
  };
}

/** One port of all endpoints of a slice; without a number it stands for every port. */
export interface SlicePort {
  readonly name?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}
