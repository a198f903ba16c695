/** The parts of a PodSpec that rules read. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly lifecycle?: { readonly preStop?: LifecycleHandler };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly securityContext?: SecurityContext;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
}

/** https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
export interface LifecycleHandler {
  readonly sleep?: { readonly seconds: number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: unknown;
  readonly tcpSocket?: unknown;
}

export interface Probe {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: { readonly port: number | string };
  readonly tcpSocket?: { readonly port: number | string };
  readonly grpc?: { readonly port: number };
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly seccompProfile?: { readonly type: string };
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

/** The port of `container` that a Service or a probe names or numbers; one that is not declared, undefined. */
export function findPort({ ports = [] }: Container, wanted: number | string): ContainerPort | undefined {
  return ports.find(({ name, containerPort }) => name === wanted || containerPort === wanted);
}

/** A port's number, by number or by name: containers need not declare the ports that they listen at. */
export function portNumber(container: Container, wanted: number | string): number | undefined {
  return typeof wanted === "number" ? wanted : findPort(container, wanted)?.containerPort;
}

/** Whether a port's name says gRPC, as Istio reads names: `grpc`, `grpc-plain`. */
export function isGrpcName(name: string | undefined): boolean {
  return /^grpc(-|$)/.test(name ?? "");
}
