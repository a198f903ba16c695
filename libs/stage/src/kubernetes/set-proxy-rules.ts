import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "@grpc-lb-lab/measure";
import type { DeployedProxy } from "@grpc-lb-lab/stage-api";
import { ProxyRules } from "./proxy-rules.ts";
import { type Place, RESTORE_MS } from "./start-place.ts";

/** Undefined where the mode has no proxy that reads rules of a file. */
export async function proxyRulesOf(place: Place, proxy: DeployedProxy | undefined): Promise<ProxyRules | undefined> {
  if (proxy?.rulesFile === undefined) return undefined;
  const { deployment, rulesFile } = proxy;
  const rules = new ProxyRules(place.client, place.namespace, { deployment, rulesFile });
  await rules.restore(place.signal); // What a killed lab has left.
  return rules;
}

/**
 * Puts rules in force that are the proxy's, once pods of each version are there and DNS knows it, for a proxy may look them up when it starts.
 * @param dnsKnowsAtMs - when DNS repeats no answer of before any more, by the lab's monotonic clock.
 */
export async function setProxyRules(
  place: Place,
  proxyRules: ProxyRules | undefined,
  dnsKnowsAtMs: number,
): Promise<void> {
  const { options, undoneTogether, signal } = place;
  const { rules, canaryPods = 0 } = options;
  if (proxyRules === undefined || rules === undefined || rules.dialect === "gRPC service config") return;
  undoneTogether.push(() => proxyRules.restore(AbortSignal.timeout(RESTORE_MS)));
  // One that asks DNS only when it starts would know pods that have gone.
  await delay(Math.max(0, dnsKnowsAtMs - monotonicMs()), undefined, { signal });
  await proxyRules.set({ rules, hasCanary: canaryPods > 0 }, signal);
}
