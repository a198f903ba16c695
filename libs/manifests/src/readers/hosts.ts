import { groupByEach } from "../group-by-each.ts";
import { type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { oncePer } from "../once-per.ts";

const OF_SERVICE = /^[^.]+\.([^.]+)\.svc\.cluster\.local$/;

/** Whether clients of a namespace see a rule: `exportTo` of VirtualServices and DestinationRules; all do by default. */
export function isExported(rule: Manifest, namespace: string): boolean {
  const { exportTo = [] } = (rule.spec ?? {}) as { readonly exportTo?: readonly string[] };
  if (exportTo.length === 0) return true;
  return exportTo.some((to) => to === "*" || to === namespace || (to === "." && namespaceOf(rule) === namespace));
}

/** The namespace of what is called: of a Service by its name, of others by their ServiceEntry. */
export function namespaceOfHost(names: readonly string[], set: ManifestSet): string | undefined {
  const ofService = names.map((name) => OF_SERVICE.exec(name)?.[1]).find((namespace) => namespace !== undefined);
  if (ofService !== undefined) return ofService;
  const entries = entriesByHost(set);
  const [entry] = names.flatMap((name) => entries.get(name) ?? []);
  return entry === undefined ? undefined : namespaceOf(entry);
}

const entriesByHost = oncePer((set: ManifestSet) =>
  groupByEach(set.ofKind<{ readonly hosts?: readonly string[] }>("ServiceEntry"), ({ spec: { hosts = [] } }) => hosts),
);
