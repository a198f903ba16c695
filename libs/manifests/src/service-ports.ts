import type { Labels, Manifest } from "./manifest.ts";
import type { ManifestSet } from "./manifest-set.ts";
import { oncePer } from "./once-per.ts";
import { type Container, findPort, isGrpcName } from "./pod-spec.ts";
import type { Workload } from "./workload.ts";

/** What rules read of a Service. */
export interface ServiceSpec {
  readonly clusterIP?: string;
  readonly selector?: Labels;
  readonly ports?: readonly ServicePort[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** A port of a Service, with the port of a container that it leads to. */
export interface PortInUse {
  readonly service: Manifest;
  readonly port: ServicePort;
  /** The place of the port among the Service's. */
  readonly index: number;
  readonly workload: Workload;
  /** Undefined where the port is named, and the workload declares no port of that name. */
  readonly target: { readonly container: Container; readonly port: number } | undefined;
}

/** Each port of each Service for each workload that it selects. */
export const portsInUse = oncePer((set: ManifestSet): readonly PortInUse[] =>
  set.ofKind<ServiceSpec>("Service").flatMap((service) => {
    const { selector, ports = [] } = service.spec;
    const workloads = selector === undefined ? [] : set.selected(service, selector);
    return workloads.flatMap((workload) =>
      ports.map((port, index) => ({ service, port, index, workload, target: targetOf(port, workload) })),
    );
  }),
);

/** Whether a Service's port declares gRPC: Istio reads appProtocol, else the port's name; `kubernetes.io/h2c` is the Gateway API's word. */
export function saysGrpc({ name, appProtocol }: ServicePort): boolean {
  if (appProtocol !== undefined) return ["grpc", "kubernetes.io/h2c"].includes(appProtocol.toLowerCase());
  return isGrpcName(name);
}

/** A number need not be declared by a container: then it is taken for one of the first. */
function targetOf({ port, targetPort = port }: ServicePort, { pod }: Workload): PortInUse["target"] {
  for (const container of pod.containers) {
    const found = findPort(container, targetPort);
    if (found !== undefined) return { container, port: found.containerPort };
  }
  const [first] = pod.containers;
  const wanted = Number(targetPort);
  return first === undefined || Number.isNaN(wanted) ? undefined : { container: first, port: wanted };
}
