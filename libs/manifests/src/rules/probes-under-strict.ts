import { grpcPorts } from "../grpc-ports.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { mutualTlsMode } from "../mutual-tls.ts";
import { type Container, portNumber } from "../pod-spec.ts";
import { type ProbeOfPort, probesOf } from "../probes.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Workload } from "../workload.ts";

/** The kubelet has no certificate, so a probe of a port that takes mutual TLS only never succeeds. */
export const probesUnderStrict: Rule = {
  name: "probes-under-strict",
  why: "the pod is never ready, or is restarted for ever",
  source: "istio/istio#36706",
  check: (set) =>
    set.workloads.flatMap((workload) =>
      workload.pod.containers.flatMap((container) => findings(set, workload, container)),
    ),
};

function findings(set: ManifestSet, workload: Workload, container: Container): Finding[] {
  return probesOf(container).flatMap((probe) => {
    const port = portNumber(container, probe.port);
    if (mutualTlsMode(set, workload, port) !== "STRICT" || isReached(set, { workload, container, probe, port }))
      return [];
    return {
      object: workload.manifest,
      field: [...workload.podPath, "containers", workload.pod.containers.indexOf(container), probe.name],
      reason: `the ${probe.name} uses port ${probe.port}, which accepts mutual TLS only`,
      remedy: "probe another port: the admin server's, listed in excludeInboundPorts if there is a sidecar",
    };
  });
}

interface Reached {
  readonly workload: Workload;
  readonly container: Container;
  readonly probe: ProbeOfPort;
  readonly port: number | undefined;
}

/**
 * An xDS server itself asks for certificates, of a program beside it, too. A sidecar's injector leads the kubelet's probes through its agent,
 * unless it is told not to, and what comes from within the pod does not pass the sidecar. A ztunnel lets the kubelet's probes pass.
 */
function isReached(set: ManifestSet, { workload, container, probe, port }: Reached): boolean {
  const { mesh, annotations } = workload;
  if (mesh === undefined || mesh === "ambient") return true;
  if (mesh === "grpc-agent") {
    return !grpcPorts(set)
      .get(workload)
      ?.some((one) => one.container === container && one.port === port);
  }
  if (probe.from === "container" || annotations["sidecar.istio.io/rewriteAppHTTPProbers"] !== "false") return true;
  const excluded = annotations["traffic.sidecar.istio.io/excludeInboundPorts"]?.split(",") ?? [];
  return excluded.includes(String(port ?? probe.port));
}
