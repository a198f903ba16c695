import { proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import { CLIENT_ZONE, REGION } from "../../deployment/backend-service.ts";
import type { LocalContext } from "../local-context.ts";

/** What stands in for Istio where gRPC takes its configuration itself, in words. */
export const SIMULATED_ISTIO_AND_XDS_SERVERS = [
  "istiod and its agents: the lab's own control plane, without mTLS",
  "xDS servers: the pods' servers are plain gRPC servers",
] as const;

/** The client's bootstrap for gRPC without proxies, as JSON. */
export function clientBootstrap({ addresses, namespace }: LocalContext): string {
  return JSON.stringify(
    proxylessBootstrap({
      controlPlaneUri: `${addresses.xds}:${addresses.xdsPort}`,
      nodeIp: addresses.proxy,
      pod: "client",
      namespace,
      locality: { region: REGION, zone: CLIENT_ZONE },
    }),
  );
}
