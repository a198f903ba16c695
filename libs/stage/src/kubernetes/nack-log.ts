import type { Mode, Refusal } from "@grpc-lb-lab/stage-api";
import { servicesNamedIn } from "./rule-hosts.ts";

/** Whose NACKs are looked for. */
export interface NackSource {
  readonly namespace: string;
  /** What speaks xDS in its pods. */
  readonly beside: Mode["beside"];
  /** The hosts that the rules are about, as `ruleHosts` has them; undefined: any. */
  readonly hosts: ReadonlySet<string> | undefined;
}

/** A NACK, and of what it is: `CDS`. */
export interface Nack extends Refusal {
  readonly type: string;
  /** Whether it is of the rules; false: it is of other hosts, was there before them, or nobody can tell. */
  readonly isOurs: boolean;
}

/** A NACK as istiod logs it: `ADS:RDS: ACK ERROR client-5d8-x7.lab-sidecar-12 Internal:…`. Source: istio.io/istio/pilot/pkg/xds, delta.go */
const NACK = /ADS:(?<type>\S+): ACK ERROR (?<pod>[^.\s]+)\.(?<rest>\S+) \w+:(?<reason>.*)$/;

/** The NACKs of a namespace in lines of istiod's log. */
export function nacksIn(lines: readonly string[], source: NackSource): readonly Nack[] {
  return lines.flatMap((line) => {
    const { type = "", pod = "", rest = "", reason = "" } = NACK.exec(line)?.groups ?? {};
    // The ID of a connection is that of its node with a number.
    if (rest.replace(/-\d+$/, "") !== source.namespace) return [];
    return [{ type, by: nackerOf(pod, source), reason: `${type}: ${reason}`, isOurs: mayBeOf(source, reason) }];
  });
}

/** Envoy says which clusters or listeners it rejects, gRPC's clients only how many. */
function mayBeOf({ hosts }: NackSource, reason: string): boolean {
  const named = servicesNamedIn(reason);
  return hosts === undefined || named.length === 0 || named.some((name) => hosts.has(name));
}

/** Who speaks xDS in a pod: with an agent alone the application speaks for itself. */
export function nackerOf(pod: string, { beside }: NackSource): string {
  const owner = beside.find(({ deployment }) => pod.startsWith(`${deployment}-`));
  return owner?.role === "agent" ? `the ${owner.deployment} (NACK)` : "Envoy (NACK)";
}
