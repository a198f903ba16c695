import { type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { FieldPath } from "../origin.ts";
import type { Finding, Rule } from "../rule.ts";
import { fullHost, serviceName } from "../service-host.ts";
import { isForMesh, type VirtualServiceSpec } from "./virtual-service.ts";

/** A host that a rule of Istio names. */
interface NamedHost {
  readonly rule: Manifest;
  readonly field: FieldPath;
  readonly host: string;
}

const OF_CLUSTER = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/;
const SHORTENED = /^([^.]+)\.([^.]+)(?:\.svc)?$/;

/** A rule for a host that no Service has is accepted, and without effect. Istio completes names without a dot, with the rule's own namespace. */
export const hostsExist: Rule = {
  name: "hosts-exist",
  why: "Istio accepts the rule, and no call obeys it",
  source: "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
  needsAll: true,
  check: (set) => {
    const known = knownHosts(set);
    return namedHosts(set).flatMap((named) => finding(named, known) ?? []);
  },
};

interface KnownHosts {
  readonly hosts: ReadonlySet<string>;
  /** Namespaces with a Service among the manifests; rules may be applied apart from the Services of others. */
  readonly namespaces: ReadonlySet<string>;
}

function knownHosts(set: ManifestSet): KnownHosts {
  const services = set.ofKind("Service");
  const entries = set.ofKind<{ readonly hosts?: readonly string[] }>("ServiceEntry");
  return {
    hosts: new Set([
      ...services.map((service) => fullHost(service.metadata.name, service)),
      ...entries.flatMap(({ spec }) => spec.hosts ?? []),
    ]),
    namespaces: new Set(services.map(namespaceOf)),
  };
}

function namedHosts(set: ManifestSet): NamedHost[] {
  const ofDestinationRules = set
    .ofKind<{ readonly host: string }>("DestinationRule")
    .map((rule) => ({ rule, field: ["spec", "host"], host: rule.spec.host }));
  const ofVirtualServices = set.ofKind<VirtualServiceSpec>("VirtualService").flatMap((rule) => {
    const { hosts = [], http = [] } = rule.spec;
    const own = hosts.map((host, index) => ({ rule, field: ["spec", "hosts", index], host }));
    const destinations = http.flatMap(({ route = [] }, i) =>
      route.map(({ destination: { host } }, j) => ({
        rule,
        field: ["spec", "http", i, "route", j, "destination", "host"],
        host,
      })),
    );
    return [...(isForMesh(rule.spec) ? own : []), ...destinations];
  });
  return [...ofDestinationRules, ...ofVirtualServices];
}

function finding({ rule, field, host }: NamedHost, { hosts, namespaces }: KnownHosts): Finding | undefined {
  const full = fullHost(host, rule);
  if (hosts.has(host) || hosts.has(full) || host.includes("*")) return undefined;
  const [, name, namespace = ""] = OF_CLUSTER.exec(full) ?? [];
  if (name !== undefined) {
    if (!namespaces.has(namespace)) return undefined;
    const reason = `it is for ${full}, and there is no Service ${name} in namespace ${namespace}`;
    return { object: rule, field, reason, remedy: "name a Service" };
  }
  const [, shortName, ofNamespace = ""] = SHORTENED.exec(host) ?? [];
  if (shortName === undefined || !namespaces.has(ofNamespace)) return undefined;
  const meant = serviceName(shortName, ofNamespace);
  const reason = `Istio takes ${host} for a full name, because it has a dot, and no Service has that name`;
  return { object: rule, field, reason, remedy: `write ${meant}` };
}
