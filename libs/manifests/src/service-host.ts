import { type Manifest, namespaceOf } from "./manifest.ts";

/** The full name of a Service. */
export function serviceName(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** A host of Istio's rules as a full name: short ones are completed with the rule's own namespace. */
export function fullHost(host: string, rule: Manifest): string {
  return host.includes(".") || host === "*" ? host : serviceName(host, namespaceOf(rule));
}
