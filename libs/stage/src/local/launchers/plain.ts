import { forwardTargets } from "../../deployment/backend-service.ts";
import { ConnectionForwarder } from "../../deployment/connection-forwarder.ts";
import type { Launcher } from "../launcher.ts";

/** `plain`: a ClusterIP Service, that is a random ready pod for each connection. */
export const launchPlain: Launcher = async ({ addresses, registry, random }) => {
  const forwarder = await ConnectionForwarder.listen({
    host: addresses.service,
    port: addresses.grpcPort,
    random,
    targets: () => forwardTargets(registry.endpoints, addresses.grpcPort),
  });
  const target = `${addresses.service}:${addresses.grpcPort}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: [],
    simulated: ["kube-proxy: a TCP forwarder in user space that picks a random ready pod for each connection"],
    [Symbol.asyncDispose]: () => forwarder[Symbol.asyncDispose](),
  };
};
