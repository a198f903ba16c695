import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { FieldPath } from "../origin.ts";
import type { Finding, Rule } from "../rule.ts";
import { type PortInUse, portsInUse, type ServiceSpec } from "../service-ports.ts";

type Selecting = { readonly selector?: { readonly matchLabels?: Labels } } | undefined;

/** A selector that matches nothing, and a port that nothing listens at, are as if the object were not there. */
export const selectorsMatch: Rule = {
  name: "selectors-match",
  why: "the object is without effect",
  source: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/",
  needsAll: true,
  check: (set) => [...unmatched(set), ...deadPorts(set)],
};

/** In a namespace without any pods the set has none to select: they are applied apart. */
function unmatched(set: ManifestSet): Finding[] {
  const selectors: (readonly [Manifest, FieldPath, Labels | undefined])[] = [
    ...set.ofKind<ServiceSpec>("Service").map((one) => [one, ["spec", "selector"], one.spec.selector] as const),
    ...["PodDisruptionBudget", "PeerAuthentication", "AuthorizationPolicy"].flatMap((kind) =>
      set
        .ofKind<Selecting>(kind)
        .map((one) => [one, ["spec", "selector", "matchLabels"], one.spec?.selector?.matchLabels] as const),
    ),
  ];
  return selectors
    .filter(([object, , labels]) => labels !== undefined && set.selected(object, labels).length === 0)
    .filter(([object]) => set.selected(object, {}).length > 0)
    .map(([object, field, labels]) => ({
      object,
      field,
      reason: `no pod has the labels ${JSON.stringify(labels)}`,
      remedy: "use labels of a pod template in the same namespace",
    }));
}

/** A number may lead to a port that its container does not declare, but hardly where the container declares others. */
function deadPorts(set: ManifestSet): Finding[] {
  return portsInUse(set)
    .filter(({ target }) => target === undefined || !declares(target))
    .map(({ service, port, index, workload }) => ({
      object: service,
      field: ["spec", "ports", index],
      reason: `port ${port.port} leads to ${port.targetPort ?? port.port}, which no container of ${workload.manifest.metadata.name} has`,
      remedy: "name a port of the container as targetPort",
    }));
}

function declares({ container: { ports = [] }, port }: NonNullable<PortInUse["target"]>): boolean {
  return ports.length === 0 || ports.some(({ containerPort }) => containerPort === port);
}
