import { BACKEND, CLIENT, type KubePod } from "@grpc-lb-lab/cluster";
import { InputError, type Mode } from "@grpc-lb-lab/stage-api";
import type { ObjectName } from "./changed-object.ts";

/** What clients are told of the Service `backend`. */
export const DESTINATION_RULE: ObjectName = {
  apiVersion: "networking.istio.io/v1",
  kind: "DestinationRule",
  plural: "destinationrules",
  name: BACKEND,
};

const PROXY_CONTAINER = "istio-proxy";

/** Whether a mode is Istio's. */
export function needsIstio({ installed }: Pick<Mode, "installed">): boolean {
  return installed.includes("istio");
}

/** Whether Istio puts something beside the client; a mode may have Istio elsewhere alone, as a gateway. */
export function isInjected({ installed, beside }: Pick<Mode, "installed" | "beside">): boolean {
  return installed.includes("istio") && beside.some(({ deployment }) => deployment === CLIENT);
}

/** @throws {InputError} with the remedy when a pod was made before Istio could inject what belongs to it. */
export function assertInjected({ metadata, spec }: KubePod, namespace: string, context: string): void {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.some(({ name }) => name === PROXY_CONTAINER)) return;
  throw new InputError(
    `pod ${metadata.name} in namespace ${namespace} has no ${PROXY_CONTAINER}: Istio was not installed when the pod was created; run kubectl --context ${context} -n ${namespace} rollout restart deployment`,
  );
}
