import type { Launcher } from "@grpc-lb-lab/stage-api";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { startWithRules } from "../between/start-with-rules.ts";
import { throughProxy } from "../between/through-proxy.ts";
import { haproxyBetween } from "./haproxy-between.ts";
import { refusal } from "./refusal.ts";

/** `haproxy`: one proxy between, which resolves the headless Service and balances each call. */
export const launchHaproxy: Launcher = async (cluster) => {
  const { grpcPort, timings, proxyRetries, proxyVariant, proxyWorkers } = cluster;
  const { name, nameOf, resolver } = await cluster.headlessDns();
  const backend = { name, port: grpcPort };
  const { dnsRefreshMs } = timings;
  const versions = ofVersions(cluster, nameOf);
  const rules = rulesIn("HAProxy", cluster.rules);
  const settings = { backend, versions, resolver, dnsRefreshMs, proxyRetries, proxyVariant, proxyWorkers, rules };
  const proxy = await cluster.proxyBetween(haproxyBetween(settings));
  return {
    ...throughProxy(proxy),
    // Not before: it is ready once DNS has told it of a pod.
    podsReady: () => startWithRules(proxy, rules, refusal),
  };
};
