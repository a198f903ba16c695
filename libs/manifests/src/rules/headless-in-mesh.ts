import type { Rule } from "../rule.ts";
import type { ServiceSpec } from "../service-ports.ts";
import { type ClientTarget, clientTargets, serviceOf } from "./client-targets.ts";

/** A sidecar passes calls to addresses on as they are, and istiod gives proxyless clients no endpoints of a headless Service. */
export const headlessInMesh: Rule = {
  name: "headless-in-mesh",
  why: "one pod gets all calls of a client, or none does",
  source: "istio/istio#49391",
  check: (set) => {
    const isHeadless = ({ workload, target }: ClientTarget) =>
      set
        .beside<ServiceSpec>(workload.manifest, "Service", serviceOf(target))
        .some(({ spec }) => spec.clusterIP === "None");
    return clientTargets(set)
      .filter((call) => call.workload.mesh !== undefined && isHeadless(call))
      .map(({ workload, target }) => ({
        object: workload.manifest,
        reason: `it calls the headless Service of ${target} inside the mesh, which then balances none of its calls`,
        remedy: "call a Service with an address of its own (without clusterIP: None)",
      }));
  },
};
