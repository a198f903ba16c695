import type { Mode, Refusal } from "@grpc-lb-lab/stage-api";

/** Whose NACKs are looked for. */
export interface NackSource {
  readonly namespace: string;
  /** What speaks xDS in its pods. */
  readonly beside: Mode["beside"];
}

/** A NACK, and of what it is: `CDS`. */
export interface Nack extends Refusal {
  readonly type: string;
}

/** A NACK as istiod logs it: `ADS:RDS: ACK ERROR client-5d8-x7.lab-sidecar-12 Internal:…`. Source: istio.io/istio/pilot/pkg/xds, delta.go */
const NACK = /ADS:(?<type>\S+): ACK ERROR (?<pod>[^.\s]+)\.(?<rest>\S+) \w+:(?<reason>.*)$/;

/** The NACKs of a namespace in a log of istiod's. */
export function nacksIn(log: string, source: NackSource): readonly Nack[] {
  return log.split("\n").flatMap((line) => {
    const { type = "", pod = "", rest = "", reason } = NACK.exec(line)?.groups ?? {};
    // The ID of a connection is that of its node with a number.
    if (rest.replace(/-\d+$/, "") !== source.namespace) return [];
    return [{ type, by: nackerOf(pod, source), reason: `${type}: ${reason}` }];
  });
}

/** Who speaks xDS in a pod: with an agent alone the application speaks for itself. */
export function nackerOf(pod: string, { beside }: NackSource): string {
  const owner = beside.find(({ deployment }) => pod.startsWith(`${deployment}-`));
  return owner?.role === "agent" ? `the ${owner.deployment} (NACK)` : "Envoy (NACK)";
}
