import { socketAddress } from "@grpc-lb-lab/envoy";
import type { JsonObject } from "../json.ts";
import type { InboundWorkload, InsertedHttpFilter } from "../model/inbound-workload.ts";
import type { MeshService } from "../model/mesh-model.ts";
import { inboundName } from "../model/names.ts";
import { authorizationFilters } from "./authorization.ts";
import { adsSource } from "./config-source.ts";
import { SIDECAR_FILTERS, sidecarConnectionManager } from "./http-connection-manager.ts";

/** Name of a sidecar's listener on an address of its own; istiod's for a port that is not HTTP. */
export function listenerName({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}_${port}`;
}

/** `Listener` for the calls that a sidecar's pod makes: on the service's cluster IP, routed by host. */
export function outboundListener({ clusterIp: address, port }: MeshService): JsonObject {
  const manager = sidecarConnectionManager({
    statPrefix: `outbound_${address}_${port};`,
    rds: { configSource: adsSource("sidecar"), routeConfigName: String(port) },
  });
  return listener(address, port, "OUTBOUND", { filters: [manager], transportSocketConnectTimeout: "15s" });
}

/**
 * `Listener` for the calls that come to a sidecar's pod: on the pod's address, forwarded to the application.
 * Plaintext; mTLS would add a filter chain with a transport socket.
 */
export function inboundListener({ address, port, authorization, httpFilters }: InboundWorkload): JsonObject {
  const route = {
    name: "default",
    match: { prefix: "/" },
    route: {
      cluster: inboundName(port),
      timeout: "0s",
      maxStreamDuration: { maxStreamDuration: "0s", grpcTimeoutHeaderMax: "0s" },
    },
  };
  const manager = sidecarConnectionManager({
    statPrefix: `inbound_${address}_${port};`,
    httpFilters: withInserted([...authorizationFilters(authorization), ...SIDECAR_FILTERS], httpFilters),
    routeConfig: {
      name: inboundName(port),
      virtualHosts: [{ name: `inbound|http|${port}`, domains: ["*"], routes: [route] }],
      validateClusters: false,
    },
    http2ProtocolOptions: {},
    serverName: "istio-envoy",
    forwardClientCertDetails: "APPEND_FORWARD",
    setCurrentClientCertDetails: { subject: true, dns: true, uri: true },
  });
  return listener(address, port, "INBOUND", { filters: [manager], name: listenerName({ address, port }) });
}

/** One after the other, as istiod applies the patches of EnvoyFilters. */
function withInserted(filters: readonly JsonObject[], inserted: readonly InsertedHttpFilter[] = []): JsonObject[] {
  return inserted.reduce<JsonObject[]>(
    (sofar, { filter, before }) => {
      const at = before === undefined ? 0 : sofar.findIndex(({ name }) => name === before);
      return at < 0 ? sofar : sofar.toSpliced(at, 0, filter);
    },
    [...filters],
  );
}

function listener(address: string, port: number, trafficDirection: string, filterChain: JsonObject): JsonObject {
  return {
    name: listenerName({ address, port }),
    address: { ...socketAddress(address, port) },
    filterChains: [filterChain],
    trafficDirection,
    // Two Envoys that were given the same address would otherwise share its connections without a word.
    enableReusePort: false,
  };
}
