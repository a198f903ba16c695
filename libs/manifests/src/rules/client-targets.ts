import type { ManifestSet } from "../manifest-set.ts";
import { oncePer } from "../once-per.ts";
import type { Container } from "../pod-spec.ts";
import type { Workload } from "../workload.ts";

/** A gRPC target that a container is given. */
export interface ClientTarget {
  readonly workload: Workload;
  readonly container: Container;
  readonly target: string;
}

const TARGET = /^(?:[a-z]+:\/\/[^/]*\/)?[a-z0-9.-]+(?:\$\([A-Z_]+\)[a-z0-9.-]*)?:[a-z0-9-]+$/;

/** What containers call: the values of variables that are named `…_TARGET`, and arguments that look like targets. */
export const clientTargets = oncePer(({ workloads }: ManifestSet): readonly ClientTarget[] =>
  workloads.flatMap((workload) =>
    workload.pod.containers.flatMap((container) => {
      const environment = Object.entries(workload.environment(container));
      const named = environment.filter(([name]) => name.endsWith("_TARGET")).map(([, value]) => value);
      const args = (container.args ?? []).filter((arg) => TARGET.test(arg));
      return [...named, ...args].map((target) => ({ workload, container, target }));
    }),
  ),
);

/** The first part of the host that a target names: the Service's name, in its own namespace. */
export function serviceOf(target: string): string {
  return target.replace(/^[a-z]+:\/\/[^/]*\//, "").split(/[.:]/, 1)[0] ?? "";
}

/** The port of a target; undefined where it is named or left out. */
export function portOf(target: string): number | undefined {
  const port = /:(\d+)$/.exec(target)?.[1];
  return port === undefined ? undefined : Number(port);
}
