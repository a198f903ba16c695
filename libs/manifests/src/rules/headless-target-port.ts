import type { Rule } from "../rule.ts";
import { portsInUse, type ServiceSpec } from "../service-ports.ts";
import { clientTargets, portOf, serviceOf } from "./client-targets.ts";

/** DNS gives the addresses of pods and no ports, and nothing translates the Service's port to the pods'. */
export const headlessTargetPort: Rule = {
  name: "headless-target-port",
  why: "every call fails, because nothing listens at that port of a pod",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
  check: (set) => {
    const ports = Map.groupBy(portsInUse(set), ({ service }) => service);
    return clientTargets(set).flatMap(({ workload, target }) => {
      const led = set
        .beside<ServiceSpec>(workload.manifest, "Service", serviceOf(target))
        .filter(({ spec }) => spec.clusterIP === "None")
        .flatMap((service) => ports.get(service) ?? [])
        .find(({ port }) => port.port === portOf(target));
      if (led?.target === undefined || led.target.port === led.port.port) return [];
      return {
        object: workload.manifest,
        field: workload.podPath,
        reason: `it calls ${target}, but ${serviceOf(target)} is headless: the pods listen at ${led.target.port}`,
        remedy: `call port ${led.target.port}, the pods' own, or give the Service that port`,
      };
    });
  },
};
