import { DeployError } from "./deploy-error.ts";
import type { Kubectl } from "./kubectl.ts";

/** Kinds that only Istio's installation brings, as they appear in rendered manifests; and the annotations that ask for its injection. */
const NEEDS_ISTIO = /apiVersion: (networking|security)\.istio\.io\/|istio-injection: enabled|inject\.istio\.io\//;

/**
 * Sees that the cluster can be reached and has what `manifests` need.
 * @throws {DeployError} that says what is missing, and the remedy.
 */
export async function preflight(kubectl: Kubectl, manifests: string): Promise<void> {
  await kubectl.run(["get", "--raw", "/readyz"]);
  if (NEEDS_ISTIO.test(manifests)) await istioIsReady(kubectl);
}

/**
 * Sees that istiod runs.
 * @throws {DeployError} that says what is missing, and the remedy.
 */
export async function istioIsReady(kubectl: Kubectl): Promise<void> {
  const istiod = await kubectl.get(["deployment", "istiod", "-n", "istio-system"]);
  const remedy = `run make istio CONTEXT=${kubectl.context}`;
  if (istiod === undefined) {
    throw new DeployError(
      `there is no Istio in the cluster of context ${kubectl.context} (no istiod in istio-system): ${remedy}`,
    );
  }
  if (!(istiod.status?.readyReplicas > 0)) {
    throw new DeployError(
      `Istio in the cluster of context ${kubectl.context} is not ready (istiod in istio-system): see kubectl -n istio-system get pods, or ${remedy}`,
    );
  }
}
