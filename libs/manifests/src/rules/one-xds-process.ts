import type { Container } from "../pod-spec.ts";
import type { Rule } from "../rule.ts";
import type { Workload } from "../workload.ts";

/** Istio's agent ends an xDS stream when the next one comes, so two processes cut each other off in turns. */
export const oneXdsProcess: Rule = {
  name: "one-xds-process",
  why: "each process loses its configuration whenever the other connects",
  source: "istio/istio#53532",
  check: ({ workloads }) =>
    workloads.flatMap((workload) => {
      const users = workload.pod.containers.filter((container) => usesXds(workload, container));
      if (workload.mesh !== "grpc-agent" || users.length < 2) return [];
      return {
        object: workload.manifest,
        reason: `the containers ${users.map(({ name }) => name).join(" and ")} share one agent, which serves one xDS client at a time`,
        remedy: "give each a pod of its own",
      };
    }),
};

function usesXds({ environment }: Workload, container: Container): boolean {
  const values = environment(container);
  const words = [...Object.values(values), ...(container.args ?? [])];
  return values.GRPC_SERVER === "xds" || words.some((word) => word.startsWith("xds:///"));
}
