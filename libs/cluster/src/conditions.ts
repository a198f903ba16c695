import type { KubeCondition, KubeDeployment, KubeGateway } from "./kube-objects.ts";

/** What has conditions. */
interface WithConditions {
  readonly status?: { readonly conditions?: readonly KubeCondition[] };
}

/** Whether a condition of an object's status holds. */
export function hasCondition({ status }: WithConditions, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}

/** Whether exactly the pods that a Deployment asks for are there, all of its newest template and available: as `kubectl rollout status` has it. */
export function isRolledOut({ metadata, spec, status }: KubeDeployment): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const asked = spec.replicas ?? 1;
  return (
    observedGeneration >= (metadata.generation ?? 0) &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === asked)
  );
}

/**
 * Whether whoever controls a Gateway's class has made what carries its traffic, and it is ready. Source:
 * https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditiontype
 */
export function isProgrammed(gateway: KubeGateway): boolean {
  return hasCondition(gateway, "Programmed");
}
