import { readFileSync } from "node:fs";
import type { JsonObject } from "../json.ts";

/** What a real istiod (1.31-dev) sent sidecars, as `istioctl proxy-config -o json` printed it; what it sends proxyless programs is in proxyless-recording.ts. */
function recording<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`recorded/${name}.json`, import.meta.url), "utf8")) as T;
}

/** A `RouteConfiguration`, as far as tests take it apart. */
export interface RecordedRoutes extends JsonObject {
  readonly virtualHosts: readonly JsonObject[];
}

/** A `Listener`, as far as tests take it apart. */
export interface RecordedListener extends JsonObject {
  readonly filterChains: readonly (JsonObject & {
    readonly filterChainMatch?: { readonly destinationPort?: number; readonly transportProtocol?: string };
  })[];
}

/** A `HostStatus` of Envoy's admin interface. */
export interface RecordedHost extends JsonObject {
  readonly address: { readonly socketAddress: { readonly address: string; readonly portValue: number } };
  readonly locality: { readonly region: string; readonly zone: string };
}

/** A `ClusterStatus` of Envoy's admin interface. */
export interface RecordedClusterStatus extends JsonObject {
  readonly hostStatuses: readonly RecordedHost[];
}

/** The bootstrap that Istio's agent wrote for a proxyless pod. */
export const proxylessBootstrapRecording = (): JsonObject => recording("proxyless-bootstrap");

/** A sidecar client's outbound side, and a sidecar server's inbound listener. */
export function sidecarRecording() {
  return {
    cluster: recording<readonly JsonObject[]>("sidecar-cluster")[0],
    routes: recording<readonly RecordedRoutes[]>("sidecar-route")[0],
    listener: recording<readonly RecordedListener[]>("sidecar-listener")[0],
    inbound: recording<readonly RecordedListener[]>("sidecar-inbound")[0],
    endpoints: recording<readonly RecordedClusterStatus[]>("sidecar-endpoint")[0],
  };
}
