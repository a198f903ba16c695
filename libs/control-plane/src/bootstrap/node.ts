import type { JsonObject } from "../json.ts";

/** Who a client of the control plane is, as Istio's agent would say it of a pod. */
export interface NodeOptions {
  /** The pod's IP address. */
  readonly nodeIp: string;
  /** The pod's name. */
  readonly pod: string;
  /** Default "default", as Kubernetes has it. */
  readonly namespace?: string;
  /** The pod's labels; default none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where the pod runs; default unknown. */
  readonly locality?: { readonly region?: string; readonly zone?: string };
}

/** The node id that Istio's agent makes. */
export function nodeId({ nodeIp, pod, namespace = "default" }: NodeOptions): string {
  return `sidecar~${nodeIp}~${pod}.${namespace}~${namespace}.svc.cluster.local`;
}

/** The part of the agent's node metadata that istiod's answers depend on. */
export function nodeMetadata({ nodeIp, pod, namespace = "default", labels = {} }: NodeOptions): JsonObject {
  return {
    CLUSTER_ID: "Kubernetes",
    INSTANCE_IPS: nodeIp,
    LABELS: labels,
    MESH_ID: "cluster.local",
    NAME: pod,
    NAMESPACE: namespace,
  };
}
