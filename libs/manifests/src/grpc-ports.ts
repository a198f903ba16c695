import type { ManifestSet } from "./manifest-set.ts";
import { oncePer } from "./once-per.ts";
import { type Container, isGrpcName, portNumber } from "./pod-spec.ts";
import { probesOf } from "./probes.ts";
import { portsInUse, saysGrpc } from "./service-ports.ts";
import type { Workload } from "./workload.ts";

/** A port of a container at which gRPC is spoken. */
export interface GrpcPort {
  readonly workload: Workload;
  readonly container: Container;
  readonly port: number;
}

/**
 * The ports at which gRPC is spoken, by workload, as people say it: by the name of a container's port, by a Service's port that leads there (`appProtocol`
 * or name), by a probe that speaks gRPC, or to the caller of the check ({@link ManifestSet.toldGrpcPorts}).
 */
export const grpcPorts = oncePer(
  (set: ManifestSet): ReadonlyMap<Workload, readonly GrpcPort[]> =>
    Map.groupBy(withoutRepetition([...declared(set), ...led(set), ...probed(set)]), ({ workload }) => workload),
);

function withoutRepetition(found: readonly GrpcPort[]): GrpcPort[] {
  const known = new Map<Workload, Set<string>>();
  return found.filter(({ workload, container, port }) => {
    const ports = known.get(workload) ?? new Set();
    known.set(workload, ports);
    return ports.size < ports.add(`${container.name} ${port}`).size;
  });
}

function declared({ workloads, toldGrpcPorts: told }: ManifestSet): GrpcPort[] {
  return workloads.flatMap((workload) =>
    workload.pod.containers.flatMap((container) =>
      (container.ports ?? [])
        .filter(({ name, containerPort }) => isGrpcName(name) || told.includes(containerPort))
        .map(({ containerPort: port }) => ({ workload, container, port })),
    ),
  );
}

function led(set: ManifestSet): GrpcPort[] {
  return portsInUse(set).flatMap(({ port, workload, target }) =>
    target !== undefined && (saysGrpc(port) || set.toldGrpcPorts.includes(target.port))
      ? [{ workload, ...target }]
      : [],
  );
}

function probed({ workloads }: ManifestSet): GrpcPort[] {
  return workloads.flatMap((workload) =>
    workload.pod.containers.flatMap((container) =>
      probesOf(container).flatMap(({ speaksGrpc, port }) => {
        const number = speaksGrpc ? portNumber(container, port) : undefined;
        return number === undefined ? [] : [{ workload, container, port: number }];
      }),
    ),
  );
}
