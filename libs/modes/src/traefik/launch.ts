import type { Launcher } from "@grpc-lb-lab/stage-api";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { throughProxy } from "../between/through-proxy.ts";
import { fileConfiguration } from "./file-configuration.ts";
import { startTraefik } from "./start-traefik.ts";
import { PODS_FILE, traefikBetween } from "./traefik-between.ts";

/** What stands in for Traefik's view of a cluster, in words. */
const SIMULATED_PROVIDER =
  "Traefik's Kubernetes Gateway provider: its file provider, for which the stage writes a file on each change of the endpoints";

/** `traefik`: one proxy between, which is told of the pods and balances each call. */
export const launchTraefik: Launcher = async (cluster) => {
  const { grpcPort: port, proxyRetries: retries } = cluster;
  const rules = rulesIn("Traefik", cluster.rules);
  const proxy = await cluster.proxyBetween(traefikBetween);
  await cluster.endpoints(SIMULATED_PROVIDER, (addresses, ofVersion) => {
    const versions = ofVersions(cluster, ofVersion);
    return proxy.write({ [PODS_FILE]: fileConfiguration({ addresses, versions, port, retries, rules }) });
  });
  return {
    ...throughProxy(proxy),
    // Not before: it would take the first pods one by one, each as a change that makes the next wait.
    podsReady: () => startTraefik(proxy, rules),
  };
};
