import type { Launcher } from "@grpc-lb-lab/stage-api";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { startWithRules } from "../between/start-with-rules.ts";
import { throughProxy } from "../between/through-proxy.ts";
import { envoyBetween } from "./envoy-between.ts";
import { refusal } from "./refusal.ts";

/** `envoy`: one proxy between, which resolves the headless Service and balances each call. */
export const launchEnvoy: Launcher = async (cluster) => {
  const { grpcPort, timings, proxyRetries, proxyWorkers } = cluster;
  const { name, nameOf, resolver } = await cluster.headlessDns();
  const backend = { name, port: grpcPort };
  const { dnsRefreshMs } = timings;
  const versions = ofVersions(cluster, nameOf);
  const rules = rulesIn("Envoy", cluster.rules);
  const proxy = await cluster.proxyBetween(
    envoyBetween({ backend, versions, resolver, dnsRefreshMs, proxyRetries, rules }, proxyWorkers),
  );
  return {
    ...throughProxy(proxy),
    // Not before: an Envoy that starts while the name has no address waits a whole refresh for the first one.
    podsReady: () => startWithRules(proxy, rules, refusal),
  };
};
