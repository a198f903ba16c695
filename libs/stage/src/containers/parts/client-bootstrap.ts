import { proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import { CLIENT_ZONE, REGION } from "../../deployment/backend-service.ts";
import type { ContainersContext } from "../containers-context.ts";
import { ISTIOD } from "./mesh-container.ts";

/** What stands in for Istio where gRPC takes its configuration itself, in words. */
export const SIMULATED_ISTIO_AND_XDS_SERVERS = [
  "istiod and its agents: a container with the lab's own control plane, without mTLS",
  "xDS servers: the pods' servers are plain gRPC servers",
] as const;

/** The client's bootstrap for gRPC without proxies, as JSON. */
export function clientBootstrap({ session, namespace }: ContainersContext): string {
  return JSON.stringify(
    proxylessBootstrap({
      controlPlaneUri: ISTIOD,
      nodeIp: session.addresses.client,
      pod: "client",
      namespace,
      locality: { region: REGION, zone: CLIENT_ZONE },
    }),
  );
}
