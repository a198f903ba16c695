import type { Manifest } from "./manifest.ts";

/** A host of Istio's rules as a full name: short ones are completed with the rule's own namespace. */
export function fullHost(host: string, { metadata }: Manifest): string {
  return host.includes(".") || host === "*" ? host : `${host}.${metadata.namespace ?? "default"}.svc.cluster.local`;
}
