import { setTimeout as delay } from "node:timers/promises";
import { InputError } from "@grpc-lb-lab/input-error";
import { deploymentsPath } from "./api-paths.ts";
import { isProgrammed, isRolledOut } from "./conditions.ts";
import { diagnose, gatewaysOf } from "./diagnosis.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeDeployment, KubeList } from "./kube-objects.ts";
import type { Finding } from "./whats-wrong.ts";

const READY_MS = 180_000;
const PERIOD_MS = 1_000;
/** For so long something that looks final may still be a step on the way (an image that is just being loaded). */
const FINAL_AFTER_MS = 10_000;

/**
 * Resolves when every Deployment of the namespace has all its pods ready and no pod of before is left, and every Gateway is programmed, within
 * 3 minutes.
 * @param onProgress told which of them are not ready, whenever that changes
 * @throws {InputError} with what is wrong, as soon as waiting does not help, or time is up.
 */
export async function untilReady(
  client: KubeClient,
  namespace: string,
  onProgress: (what: string) => void,
): Promise<void> {
  const endAtMs = Date.now() + READY_MS;
  let finalSinceMs: number | undefined;
  let told = "";
  for (;;) {
    const waiting = await unready(client, namespace);
    if (waiting.length === 0) return;
    const progress = `waiting for ${waiting.join(", ")}`;
    if (progress !== told) onProgress(progress);
    told = progress;
    const findings = await diagnose(client, namespace);
    if (findings.every(({ lasts }) => lasts === "maybe")) finalSinceMs = undefined;
    else finalSinceMs ??= Date.now();
    const isFinal = finalSinceMs !== undefined && Date.now() - finalSinceMs >= FINAL_AFTER_MS;
    if (isFinal || Date.now() > endAtMs) throw new InputError(notReady(namespace, waiting, findings));
    await delay(PERIOD_MS);
  }
}

/** Gateways are asked first: once one is programmed, the Deployment that its controller has made is there. */
async function unready(client: KubeClient, namespace: string): Promise<string[]> {
  const gateways = await gatewaysOf(client, namespace);
  const deployments = await client.get<KubeList<KubeDeployment>>(deploymentsPath(namespace));
  return [
    ...deployments.items.filter((deployment) => !isRolledOut(deployment)).map(({ metadata }) => metadata.name),
    ...gateways.filter((gateway) => !isProgrammed(gateway)).map(({ metadata }) => `Gateway ${metadata.name}`),
  ];
}

function notReady(namespace: string, waiting: readonly string[], findings: readonly Finding[]): string {
  const reasons = findings.map(({ what }) => `\n  - ${what}`).join("");
  const why = reasons === "" ? `: no reason was found; see kubectl -n ${namespace} describe pods` : `:${reasons}`;
  return `${waiting.join(", ")} in namespace ${namespace} did not become ready${why}`;
}
