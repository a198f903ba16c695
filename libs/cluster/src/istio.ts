import { InputError } from "@grpc-lb-lab/input-error";
import { deploymentsPath } from "./api-paths.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeDeployment } from "./kube-objects.ts";

const ISTIOD_PATH = deploymentsPath("istio-system", "istiod");
/** A colon before a slash is that of a registry's port. */
const TAG = /:([^:/@]+)(?:@.*)?$/;

/**
 * Sees that istiod runs.
 * @throws {InputError} that says what is missing, and the remedy.
 */
export async function assertIstio(client: KubeClient, signal?: AbortSignal): Promise<void> {
  const istiod = await client.find<KubeDeployment>(ISTIOD_PATH, signal);
  const remedy = `run make istio CONTEXT=${client.context}`;
  if (istiod === undefined) {
    throw new InputError(
      `there is no Istio in the cluster of context ${client.context} (no istiod in istio-system): ${remedy}`,
    );
  }
  if ((istiod.status.readyReplicas ?? 0) > 0) return;
  throw new InputError(
    `Istio in the cluster of context ${client.context} is not ready (istiod in istio-system): see kubectl -n istio-system get pods, or ${remedy}`,
  );
}

/** The version of Istio as istiod's image says it: `1.28.0`; undefined where there is no istiod, or its image has no tag. */
export async function istioVersion(client: KubeClient, signal?: AbortSignal): Promise<string | undefined> {
  const istiod = await client.find<KubeDeployment>(ISTIOD_PATH, signal);
  const image = istiod?.spec.template.spec.containers.find(({ name }) => name === "discovery")?.image;
  return image === undefined ? undefined : TAG.exec(image)?.[1];
}
