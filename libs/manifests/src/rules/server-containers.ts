import type { ManifestSet } from "../manifest-set.ts";
import { type Container, servesGrpc } from "../pod-spec.ts";
import type { Workload } from "../workload.ts";

/** A container that others call by gRPC. */
export interface ServerContainer {
  readonly workload: Workload;
  readonly container: Container;
  /** Of the preStop hook, in s. */
  readonly sleepS: number;
  /** `DRAIN_DELAY_MS`. */
  readonly drainDelayMs: number;
  /** `SHUTDOWN_GRACE_MS`; 0 where it is not set, for not every server is of this repository. */
  readonly shutdownGraceMs: number;
}

/** The containers of all workloads that serve gRPC, and how they end. */
export function serverContainers({ workloads }: ManifestSet): ServerContainer[] {
  return workloads.flatMap((workload) =>
    workload.pod.containers.filter(servesGrpc).map((container) => {
      const environment = workload.environment(container);
      return {
        workload,
        container,
        sleepS: container.lifecycle?.preStop?.sleep?.seconds ?? 0,
        drainDelayMs: Number(environment.DRAIN_DELAY_MS ?? 0),
        shutdownGraceMs: Number(environment.SHUTDOWN_GRACE_MS ?? 0),
      };
    }),
  );
}
