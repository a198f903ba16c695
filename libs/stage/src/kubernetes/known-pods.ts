import { setTimeout as delay } from "node:timers/promises";
import type { ProblemLog } from "../deployment/problem-log.ts";
import type { ModeName } from "../mode.ts";
import { executeInPod } from "./client-pod.ts";
import { envoysKnow } from "./deployed-envoy.ts";
import type { KubeClient } from "./kube-client.ts";
import type { ClusterDelays } from "./kubernetes-timings.ts";

/** Where a mode runs. */
interface Place {
  readonly client: KubeClient;
  readonly mode: ModeName;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** How long it may take beyond the DNS's own times. */
const MARGIN_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;
const NODE = "/nodejs/bin/node";

/** Asks DNS until it names the given addresses and no other; ends with the exit code 1 when it does not in time. */
const ASK_DNS = `
const [host, untilMs, wanted] = process.argv.slice(1);
const { resolve4 } = require("node:dns/promises");
(async () => {
  for (const late = Date.now() + Number(untilMs); Date.now() < late; await new Promise((r) => setTimeout(r, 500))) {
    const known = await resolve4(host).catch(() => []);
    if (known.sort().join() === wanted) return;
  }
  process.exitCode = 1;
})();`;

/**
 * Resolves once DNS, and Envoy by it, know exactly the pods at `addresses`: what was changed before must not be seen in an experiment. Notes
 * a problem, and goes on, when they do not in time.
 */
export async function untilPodsKnown(
  { client, mode, namespace, signal }: Place,
  clientPod: string,
  addresses: readonly string[],
  { dnsTtlMs, dnsRefreshMs }: ClusterDelays,
  problems: ProblemLog,
): Promise<void> {
  if (
    mode === "headless" &&
    !(await untilDnsKnows(client, { namespace, pod: clientPod }, addresses, dnsTtlMs, signal))
  ) {
    problems.add(`DNS did not name exactly the pods of backend-headless within ${dnsTtlMs + MARGIN_MS} ms`);
  }
  const windowMs = dnsTtlMs + dnsRefreshMs;
  if (mode === "envoy" && !(await untilEnvoysKnow(client, namespace, addresses, windowMs, signal))) {
    problems.add(`Envoy did not know exactly the pods of backend-headless within ${windowMs + MARGIN_MS} ms`);
  }
}

async function untilDnsKnows(
  client: KubeClient,
  { namespace, pod }: { readonly namespace: string; readonly pod: string },
  addresses: readonly string[],
  ttlMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const host = `backend-headless.${namespace}.svc.cluster.local`;
  const command = [NODE, "-e", ASK_DNS, host, String(ttlMs + MARGIN_MS), addresses.toSorted().join()];
  const { stdin, stdout, ended, kill } = await executeInPod(client, namespace, pod, command);
  signal.addEventListener("abort", kill, { once: true });
  stdin.end();
  stdout.resume();
  const reason = await ended;
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  return reason === undefined;
}

async function untilEnvoysKnow(
  client: KubeClient,
  namespace: string,
  addresses: readonly string[],
  windowMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const late = AbortSignal.timeout(windowMs + MARGIN_MS);
  while (!late.aborted) {
    if (await envoysKnow(client, namespace, addresses, signal)) return true;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  return false;
}
