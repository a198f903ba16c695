import { ConnectionForwarder, type ForwardTarget } from "../connection-forwarder.ts";
import type { Endpoint } from "../endpoint-registry.ts";
import type { Launcher } from "../launcher.ts";

/** `plain`: a ClusterIP Service, that is a random ready pod for each connection. */
export const launchPlain: Launcher = async ({ addresses, registry, random }) => {
  const forwarder = await ConnectionForwarder.listen({
    host: addresses.service,
    port: addresses.grpcPort,
    random,
    targets: () => targetsOf(registry.readyEndpoints, addresses.grpcPort),
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

/** In the order of their names, for pods become ready in any order and a seed must repeat its picks. */
function targetsOf(ready: readonly Endpoint[], port: number): ForwardTarget[] {
  return ready.toSorted((a, b) => a.pod.localeCompare(b.pod)).map(({ address }) => ({ host: address, port }));
}
