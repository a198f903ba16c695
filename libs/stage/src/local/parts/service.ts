import { forwardTargets } from "../../deployment/backend-service.ts";
import { ConnectionForwarder } from "../../deployment/connection-forwarder.ts";
import type { LocalContext } from "../local-context.ts";

/** What stands in for kube-proxy, in words. */
export const SIMULATED_KUBE_PROXY =
  "kube-proxy: a TCP forwarder in user space that picks a random ready pod for each connection";

/** A ClusterIP Service, that is a random ready pod for each connection. */
export function startService({ addresses, registry, random }: LocalContext): Promise<ConnectionForwarder> {
  return ConnectionForwarder.listen({
    host: addresses.service,
    port: addresses.grpcPort,
    random,
    targets: () => forwardTargets(registry.endpoints, addresses.grpcPort),
  });
}
