import { type ContainersLauncher, GRPC_PORT } from "../containers-launch.ts";
import { ENGINE_DNS_TIMINGS } from "../containers-timings.ts";

/** The name that every pod has in the engine's DNS. */
export const HEADLESS_NAME = "backend-headless";

/** What stands in for CoreDNS, in words. */
export const ENGINE_DNS =
  "CoreDNS: the engine's own DNS, which names a pod from its readiness until it has ended, so while it drains, too, and caches nothing";

/** `headless`: gRPC resolves the pods' common name and balances over the addresses. */
export const launchHeadless: ContainersLauncher = async () => {
  const target = `dns:///${HEADLESS_NAME}:${GRPC_PORT}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin" },
    timingNames: [],
    fixedTimings: ENGINE_DNS_TIMINGS,
    podAliases: [HEADLESS_NAME],
    simulated: [ENGINE_DNS],
  };
};
