import { setTimeout as delay } from "node:timers/promises";
import type { KubeClient } from "@grpc-lb-lab/cluster";
import { monotonicMs } from "@grpc-lb-lab/measure";
import type { DeployedProxy, Mode } from "@grpc-lb-lab/stage-api";
import type { ProblemLog } from "../deployment/problem-log.ts";
import { executeInPod } from "./client-pod.ts";
import { DeployedCluster } from "./deployed-cluster.ts";
import type { ClusterDelays } from "./kubernetes-timings.ts";

/** Where a mode runs, and who is to know its pods. */
interface Place {
  readonly client: KubeClient;
  readonly mode: Mode;
  readonly namespace: string;
  readonly clientPod: string;
  /** The mode's proxy between, where it has one. */
  readonly proxy: DeployedProxy | undefined;
  /** Since when the pods are those of now, by the lab's monotonic clock: DNS's times count from then. */
  readonly podsSinceMs: number;
  readonly signal: AbortSignal;
}

/** How long it may take beyond the DNS's own times. */
const MARGIN_MS = 10_000;
const LOOK_AGAIN_MS = 500;
/** Until DNS itself knows, and what a proxy's own clock adds, where nobody can be asked. */
const UNTOLD_MARGIN_MS = 3_000;
const NODE = "/nodejs/bin/node";

/**
 * Asks DNS until it names the given addresses and no other; ends with the exit code 1 when it does not in time. Asks for their family: that of a
 * cluster with two comes first in a pod's status and in a Service.
 */
export const ASK_DNS = `
const [host, untilMs, wanted] = process.argv.slice(1);
const { resolve4, resolve6 } = require("node:dns/promises");
const resolve = wanted.includes(":") ? resolve6 : resolve4;
(async () => {
  for (const late = Date.now() + Number(untilMs); Date.now() < late; await new Promise((r) => setTimeout(r, 500))) {
    const known = await resolve(host).catch(() => []);
    if (known.sort().join() === wanted) return;
  }
  process.exitCode = 1;
})();`;

/**
 * Resolves once DNS, or the proxy, knows exactly the pods at `addresses`: what was changed before must not be seen in an experiment. Notes a problem,
 * and goes on, when it does not in time.
 */
export async function untilPodsKnown(
  place: Place,
  addresses: readonly string[],
  { dnsTtlMs = 0, dnsRefreshMs = 0 }: ClusterDelays,
  problems: ProblemLog,
): Promise<void> {
  const { mode, proxy } = place;
  const dnsAskedBy = mode.launchers.kubernetes?.dnsAskedBy;
  if (dnsAskedBy === "client" && !(await untilDnsKnows(place, addresses, dnsTtlMs))) {
    problems.add(`DNS did not name exactly the pods of backend-headless within ${dnsTtlMs + MARGIN_MS} ms`);
  }
  const windowMs = dnsTtlMs + dnsRefreshMs;
  // One that is pushed may take its time, too; where it tells nobody what it knows, DNS's times are what to wait for.
  const isWaitedFor = dnsAskedBy === "proxy" || proxy?.knows !== undefined;
  if (isWaitedFor && proxy !== undefined && !(await untilProxyKnows(proxy, place, addresses, windowMs))) {
    const { deployment } = proxy;
    problems.add(`the proxy ${deployment} did not know exactly the backend's pods within ${windowMs + MARGIN_MS} ms`);
  }
}

async function untilDnsKnows(
  { client, namespace, clientPod, signal }: Place,
  addresses: readonly string[],
  ttlMs: number,
): Promise<boolean> {
  const host = `backend-headless.${namespace}.svc.cluster.local`;
  const command = [NODE, "-e", ASK_DNS, host, String(ttlMs + MARGIN_MS), addresses.toSorted().join()];
  const { stdin, stdout, ended, kill } = await executeInPod(client, namespace, clientPod, command);
  signal.addEventListener("abort", kill, { once: true });
  stdin.end();
  stdout.resume();
  const reason = await ended;
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  return reason === undefined;
}

async function untilProxyKnows(
  proxy: DeployedProxy,
  { client, namespace, podsSinceMs, signal }: Place,
  addresses: readonly string[],
  windowMs: number,
): Promise<boolean> {
  if (proxy.knows === undefined) return delay(untoldMs(podsSinceMs, windowMs, monotonicMs()), true, { signal });
  const cluster = new DeployedCluster(client, namespace, signal);
  const late = AbortSignal.timeout(windowMs + MARGIN_MS);
  while (!late.aborted) {
    if (await proxy.knows(cluster, addresses)) return true;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  return false;
}

/** How long to wait yet for a proxy that tells nobody what it knows; what was waited for since the pods are those of now, as its rollout, counts. */
export function untoldMs(podsSinceMs: number, windowMs: number, nowMs: number): number {
  return Math.max(0, podsSinceMs + windowMs + UNTOLD_MARGIN_MS - nowMs);
}
