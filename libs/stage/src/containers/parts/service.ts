import { forwardTargets } from "../../deployment/backend-service.ts";
import { ClusterContainer } from "../cluster-container.ts";
import { type ContainersContext, GRPC_PORT } from "../containers-context.ts";

/** What stands in for kube-proxy, in words. */
export const SIMULATED_KUBE_PROXY =
  "kube-proxy: a container with a TCP forwarder that picks a random ready pod for each connection";

/** Where the Service is called. */
export const SERVICE_ADDRESS = `backend:${GRPC_PORT}`;

/** A ClusterIP Service, that is a random ready pod for each connection. */
export function startService(context: ContainersContext): Promise<ClusterContainer> {
  return ClusterContainer.start(context, {
    service: "forwarder",
    alias: "backend",
    state: (endpoints) => ({ targets: forwardTargets(endpoints, GRPC_PORT) }),
  });
}
