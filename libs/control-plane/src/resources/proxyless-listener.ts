import { socketAddress } from "@grpc-lb-lab/envoy";
import type { JsonObject } from "../json.ts";
import type { MeshService } from "../model/mesh-model.ts";
import { outboundName } from "../model/names.ts";
import type { InboundSecurity } from "../model/peer-authentication.ts";
import { adsSource } from "./config-source.ts";
import { FAULT, httpConnectionManager, ROUTER } from "./http-connection-manager.ts";
import { downstreamTls } from "./transport-socket.ts";

/** `Listener` (an `api_listener`) for a gRPC client's `xds:///<name>` target, under the name that the client asked for. */
export function proxylessListener(service: MeshService, name: string): JsonObject {
  const rds = { configSource: adsSource("proxyless"), routeConfigName: outboundName(service) };
  return {
    name,
    address: { ...socketAddress(service.clusterIp, service.port) },
    apiListener: { apiListener: httpConnectionManager({ rds, httpFilters: [FAULT, ROUTER] }) },
  };
}

/** `Listener` for a gRPC server (`XdsServer`) that listens on `address:port`: every call is the application's own. */
export function proxylessServerListener(
  name: string,
  address: string,
  port: number,
  security: InboundSecurity,
): JsonObject {
  const virtualHost = { domains: ["*"], routes: [{ match: { prefix: "/" }, nonForwardingAction: {} }] };
  const manager = httpConnectionManager({
    routeConfig: { name: "inbound", virtualHosts: [virtualHost] },
    httpFilters: [ROUTER],
  });
  const filters = [{ name: `inbound-hcm${security}`, typedConfig: manager }];
  const transportSocket = security === "mtls" ? downstreamTls() : undefined;
  return {
    name,
    address: { ...socketAddress(address, port) },
    filterChains: [{ filters, transportSocket, name: `inbound-${security}` }],
  };
}
