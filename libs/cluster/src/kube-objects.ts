/** The parts of Kubernetes objects that the lab reads, as the API server writes them in JSON. */
export interface KubeObject {
  readonly metadata: KubeMetadata;
}

/** `metadata` of an object. */
export interface KubeMetadata {
  readonly name: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly KubeOwnerReference[];
}

/** Who has made an object; of several one at most controls it. */
export interface KubeOwnerReference {
  readonly uid: string;
  readonly controller?: boolean;
}

/** A list of objects. */
export interface KubeList<T> {
  readonly metadata: { readonly resourceVersion?: string };
  readonly items: T[];
}

/** `apps/v1` Deployment. */
export interface KubeDeployment extends KubeObject {
  readonly spec: KubeDeploymentSpec;
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly KubeCondition[];
  };
}

/** What a Deployment is asked to be. */
export interface KubeDeploymentSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly strategy?: unknown;
  readonly template: KubePodTemplate;
}

/** What a Deployment's pods are made from. */
export interface KubePodTemplate {
  readonly metadata: Omit<KubeMetadata, "name">;
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number;
    readonly containers: readonly KubeContainer[];
    readonly volumes?: readonly KubeVolume[];
  };
}

/** A volume of a pod. */
export interface KubeVolume {
  readonly configMap?: { readonly name?: string };
}

/** A container of a pod. */
export interface KubeContainer {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly KubeEnv[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}

/** A variable of a container's environment. */
export interface KubeEnv {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

/** `v1` Pod. */
export interface KubePod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly KubeContainer[];
    readonly initContainers?: readonly KubeContainer[];
    readonly volumes?: readonly KubeVolume[];
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly KubeCondition[];
    readonly initContainerStatuses?: readonly KubeContainerStatus[];
    readonly containerStatuses?: readonly KubeContainerStatus[];
  };
}

/** A condition of an object's status. */
export interface KubeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** How a container of a pod is. */
export interface KubeContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string };
  };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly reason?: string } };
}

/** `discovery.k8s.io/v1` EndpointSlice. */
export interface KubeEndpointSlice extends KubeObject {
  readonly endpoints?:
    | readonly {
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
}

/** `v1` Event. */
export interface KubeEvent extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** `v1` ConfigMap. */
export interface KubeConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** `gateway.networking.k8s.io/v1` Gateway. */
export interface KubeGateway extends KubeObject {
  readonly status?: { readonly conditions?: readonly KubeCondition[] };
}

/** `v1` Node. */
export type KubeNode = KubeObject;
