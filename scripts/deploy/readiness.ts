import { setTimeout as delay } from "node:timers/promises";
import { DeployError } from "./deploy-error.ts";
import type { Kubectl } from "./kubectl.ts";
import { type Finding, type NamespaceState, whatsWrong } from "./whats-wrong.ts";

const READY_MS = 180_000;
const PERIOD_MS = 1_000;
/** For so long something that looks final may still be a step on the way (an image that is just being loaded). */
const FINAL_AFTER_MS = 10_000;

/**
 * Resolves when every Deployment of the namespace has all its pods ready and no pod of before is left, within 3 minutes.
 * @param onProgress told which Deployments are not ready, whenever that changes
 * @throws {DeployError} with what is wrong, as soon as waiting does not help, or time is up.
 */
export async function untilReady(
  kubectl: Kubectl,
  namespace: string,
  onProgress: (what: string) => void,
): Promise<void> {
  const endAtMs = Date.now() + READY_MS;
  let finalSinceMs: number | undefined;
  let told = "";
  for (;;) {
    const waiting = await unreadyDeployments(kubectl, namespace);
    if (waiting.length === 0) return;
    const progress = `waiting for ${waiting.join(", ")}`;
    if (progress !== told) onProgress(progress);
    told = progress;
    const findings = whatsWrong(await namespaceState(kubectl, namespace));
    if (!findings.some(({ final }) => final)) finalSinceMs = undefined;
    else finalSinceMs ??= Date.now();
    const isFinal = finalSinceMs !== undefined && Date.now() - finalSinceMs >= FINAL_AFTER_MS;
    if (isFinal || Date.now() > endAtMs) throw new DeployError(notReady(namespace, waiting, findings));
    await delay(PERIOD_MS);
  }
}

async function unreadyDeployments(kubectl: Kubectl, namespace: string): Promise<string[]> {
  const { items } = await kubectl.get(["deployments", "-n", namespace]);
  // biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object.
  return items.filter((deployment: any) => !isComplete(deployment)).map(({ metadata }: any) => metadata.name);
}

/** As `kubectl rollout status` has it. */
// biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object.
function isComplete({ metadata, spec, status }: any): boolean {
  if ((status?.observedGeneration ?? 0) < metadata.generation) return false;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return updatedReplicas === spec.replicas && replicas === spec.replicas && availableReplicas === spec.replicas;
}

async function namespaceState(kubectl: Kubectl, namespace: string): Promise<NamespaceState> {
  const items = async (kind: string) => (await kubectl.get([kind, "-n", namespace])).items;
  const [pods, replicaSets, events] = await Promise.all([items("pods"), items("replicasets"), items("events")]);
  return { pods, replicaSets, events };
}

function notReady(namespace: string, waiting: readonly string[], findings: readonly Finding[]): string {
  const reasons = findings.map(({ what }) => `\n  - ${what}`).join("");
  const why = reasons === "" ? `: nothing tells why; see kubectl -n ${namespace} describe pods` : `:${reasons}`;
  return `${waiting.join(", ")} in namespace ${namespace} did not become ready${why}`;
}
