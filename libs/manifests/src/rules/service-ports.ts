import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { type Container, type ContainerPort, findPort } from "../pod-spec.ts";
import type { Workload } from "../workload.ts";

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
  readonly workload: Workload;
  /** Undefined where the workload declares no such port. */
  readonly target: { readonly container: Container; readonly port: ContainerPort } | undefined;
}

/** Each port of each Service for each workload that it selects. */
export function portsInUse(set: ManifestSet): PortInUse[] {
  return set.ofKind<ServiceSpec>("Service").flatMap((service) => {
    const { selector, ports = [] } = service.spec;
    const workloads = selector === undefined ? [] : set.selected(service, selector);
    return workloads.flatMap((workload) =>
      ports.map((port) => ({ service, port, workload, target: targetOf(port, workload) })),
    );
  });
}

function targetOf({ port, targetPort = port }: ServicePort, { pod }: Workload): PortInUse["target"] {
  for (const container of pod.containers) {
    const found = findPort(container, targetPort);
    if (found !== undefined) return { container, port: found };
  }
  return undefined;
}
