import { grpcPorts } from "../grpc-ports.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { FieldPath } from "../origin.ts";
import type { Container } from "../pod-spec.ts";
import { type PreStop, preStopOf } from "../pre-stop.ts";
import type { Workload } from "../workload.ts";

/** A container that others call by gRPC. */
export interface ServerContainer {
  readonly workload: Workload;
  readonly container: Container;
  /** Where the workload's manifest has {@link container}. */
  readonly path: FieldPath;
  readonly preStop: PreStop;
  /** `DRAIN_DELAY_MS`. */
  readonly drainDelayMs: number;
  /** `SHUTDOWN_GRACE_MS`; 0 where it is not set, for not every server is of this repository. */
  readonly shutdownGraceMs: number;
}

/** The containers of all workloads that serve gRPC, and how they end. */
export function serverContainers(set: ManifestSet): ServerContainer[] {
  const containers = [...grpcPorts(set)].flatMap(([workload, ports]) =>
    [...new Set(ports.map(({ container }) => container))].map((container) => ({ workload, container })),
  );
  return containers.map(({ workload, container }) => {
    const environment = workload.environment(container);
    return {
      workload,
      container,
      path: [...workload.podPath, "containers", workload.pod.containers.indexOf(container)],
      preStop: preStopOf(container.lifecycle?.preStop),
      drainDelayMs: Number(environment.DRAIN_DELAY_MS ?? 0),
      shutdownGraceMs: Number(environment.SHUTDOWN_GRACE_MS ?? 0),
    };
  });
}
