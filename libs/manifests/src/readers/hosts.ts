import { type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { fullHost } from "../service-host.ts";

const OF_SERVICE = /^[^.]+\.([^.]+)\.svc\.cluster\.local$/;

/** How closely a rule's host names one of `names`: all of it before a longer wildcard, and that before a shorter; 0: not at all. */
export function closeness(host: string, rule: Manifest, names: readonly string[]): number {
  const full = fullHost(host, rule).toLowerCase();
  if (names.includes(full)) return Number.POSITIVE_INFINITY;
  if (!full.startsWith("*")) return 0;
  return names.some((name) => name.endsWith(full.slice(1))) ? full.length : 0;
}

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
  const entries = set.ofKind<{ readonly hosts?: readonly string[] }>("ServiceEntry");
  const entry = entries.find(({ spec }) => spec.hosts?.some((host) => names.includes(host)));
  return entry === undefined ? undefined : namespaceOf(entry);
}
