/** The kinds that manifests here may have, by the API path that describes them. Another kind is one more word, and `generate:schemas`. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  "api/v1": ["ConfigMap", "Namespace", "Service", "ServiceAccount"],
  "apis/apps/v1": ["Deployment"],
  "apis/batch/v1": ["Job"],
  "apis/networking.k8s.io/v1": ["NetworkPolicy"],
  "apis/policy/v1": ["PodDisruptionBudget"],
  "apis/rbac.authorization.k8s.io/v1": ["Role", "RoleBinding"],
  "apis/networking.istio.io/v1": ["DestinationRule", "VirtualService"],
  "apis/security.istio.io/v1": ["AuthorizationPolicy", "PeerAuthentication"],
};
