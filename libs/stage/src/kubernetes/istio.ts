import { InputError } from "../input-error.ts";
import type { ModeName } from "../mode.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubePod } from "./kube-objects.ts";

const API = "/apis/networking.istio.io/v1";
const PROXY_CONTAINER = "istio-proxy";

/** Whether a mode is Istio's. */
export function needsIstio(mode: ModeName): boolean {
  return mode === "sidecar" || mode === "proxyless";
}

/** @throws {InputError} with the remedy when the cluster has no Istio. */
export async function assertIstio(client: KubeClient, mode: ModeName, signal: AbortSignal): Promise<void> {
  if ((await client.find(API, signal)) !== undefined) return;
  throw new InputError(
    `mode ${mode} needs Istio, and the cluster of context ${client.context} has none: istioctl install --set profile=minimal --context ${client.context}`,
  );
}

/** @throws {InputError} with the remedy when a pod was made before Istio could inject what belongs to it. */
export function assertInjected({ metadata, spec }: KubePod, namespace: string, context: string): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.some(({ name }) => name === PROXY_CONTAINER)) return;
  throw new InputError(
    `pod ${metadata.name} in namespace ${namespace} has no ${PROXY_CONTAINER}: Istio was not there when it was made; kubectl --context ${context} -n ${namespace} rollout restart deployment`,
  );
}
