import { adminBlock, type EnvoyBootstrap, socketAddress } from "@grpc-lb-lab/envoy";
import { type NodeOptions, nodeId, nodeMetadata } from "./node.ts";

/** An Envoy beside a pod and its control plane. */
export interface SidecarBootstrapOptions extends NodeOptions {
  /** Where the control plane listens: a numeric address and a port. */
  readonly controlPlane: { readonly host: string; readonly port: number };
  /** Where Envoy's admin interface listens. The port must be free and not 0. */
  readonly admin: { readonly host: string; readonly port: number };
}

/**
 * The bootstrap of an Envoy beside a pod: clusters and listeners by ADS, as in Istio's own.
 * A lost control plane is sought again every 0.1 to 1 s, where Envoy's default is up to 30 s.
 */
export function sidecarBootstrap(options: SidecarBootstrapOptions): EnvoyBootstrap {
  const { controlPlane, admin, locality = {} } = options;
  const source = { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" };
  const retryBackOff = { baseInterval: "0.1s", maxInterval: "1s" };
  return {
    node: { id: nodeId(options), cluster: "istio-proxy", metadata: nodeMetadata(options), locality },
    admin: adminBlock(admin.host, admin.port),
    dynamicResources: {
      adsConfig: {
        apiType: "GRPC",
        transportApiVersion: "V3",
        setNodeOnFirstMessageOnly: true,
        grpcServices: [{ envoyGrpc: { clusterName: "xds-grpc", retryPolicy: { retryBackOff } } }],
      },
      cdsConfig: source,
      ldsConfig: source,
    },
    staticResources: { clusters: [adsCluster(controlPlane.host, controlPlane.port)] },
  };
}

function adsCluster(host: string, port: number): object {
  const http2 = {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicitHttpConfig: { http2ProtocolOptions: {} },
  };
  return {
    name: "xds-grpc",
    type: "STATIC",
    connectTimeout: "1s",
    typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2 },
    loadAssignment: {
      clusterName: "xds-grpc",
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(host, port) } }] }],
    },
  };
}
