import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { Finding, Rule } from "../rule.ts";
import { portsInUse, type ServiceSpec } from "./service-ports.ts";

type Selecting = { readonly selector?: { readonly matchLabels?: Labels } } | undefined;

/** A selector that matches nothing, and a port that nothing listens at, are as if the object were not there. */
export const selectorsMatch: Rule = {
  name: "selectors-match",
  source: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
  check: (set) => [...unmatched(set), ...deadPorts(set)],
};

function unmatched(set: ManifestSet): Finding[] {
  const selectors: (readonly [Manifest, Labels | undefined])[] = [
    ...set.ofKind<ServiceSpec>("Service").map((one) => [one, one.spec.selector] as const),
    ...["PodDisruptionBudget", "PeerAuthentication", "AuthorizationPolicy"].flatMap((kind) =>
      set.ofKind<Selecting>(kind).map((one) => [one, one.spec?.selector?.matchLabels] as const),
    ),
  ];
  return selectors
    .filter(([object, labels]) => labels !== undefined && set.selected(object, labels).length === 0)
    .map(([object, labels]) => ({
      object,
      reason: `no pod has the labels ${JSON.stringify(labels)}`,
      remedy: "select what the pod template of a workload in the same namespace has",
    }));
}

function deadPorts(set: ManifestSet): Finding[] {
  return portsInUse(set)
    .filter(({ target }) => target === undefined)
    .map(({ service, port, workload }) => ({
      object: service,
      reason: `port ${port.port} leads to ${port.targetPort ?? port.port}, which no container of ${workload.manifest.metadata.name} has`,
      remedy: "name a port of the container as targetPort",
    }));
}
