/**
 * The kinds that manifests may have, by the API path that describes them; another kind is noted, and not checked. One more is one more word here, and
 * `generate:schemas`.
 */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  "api/v1": [
    ...["ConfigMap", "Endpoints", "LimitRange", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "Pod"],
    ...["ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount"],
  ],
  "apis/apps/v1": ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
  "apis/autoscaling/v1": ["HorizontalPodAutoscaler"],
  "apis/autoscaling/v2": ["HorizontalPodAutoscaler"],
  "apis/batch/v1": ["CronJob", "Job"],
  "apis/discovery.k8s.io/v1": ["EndpointSlice"],
  "apis/networking.k8s.io/v1": ["Ingress", "IngressClass", "NetworkPolicy"],
  "apis/policy/v1": ["PodDisruptionBudget"],
  "apis/rbac.authorization.k8s.io/v1": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "apis/scheduling.k8s.io/v1": ["PriorityClass"],
  "apis/gateway.networking.k8s.io/v1": ["BackendTLSPolicy", "GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute"],
  "apis/networking.istio.io/v1": [
    ...["DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "VirtualService", "WorkloadEntry", "WorkloadGroup"],
  ],
  "apis/networking.istio.io/v1alpha3": ["EnvoyFilter"],
  "apis/security.istio.io/v1": ["AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"],
  "apis/telemetry.istio.io/v1": ["Telemetry"],
};
