import { type Container, findPort, isGrpcPort, type Probe } from "../pod-spec.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Workload } from "../workload.ts";

/** The kubelet has no certificate, so a probe of a port that takes mutual TLS only never succeeds. */
export const probesUnderStrict: Rule = {
  name: "probes-under-strict",
  source: "istio/istio#36706",
  check: (set) =>
    set.workloads
      .filter((workload) => workload.mesh !== undefined && set.mutualTlsMode(workload) === "STRICT")
      .flatMap((workload) => workload.pod.containers.flatMap((container) => findings(workload, container))),
};

function findings(workload: Workload, container: Container): Finding[] {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  return Object.entries({ startupProbe, readinessProbe, livenessProbe }).flatMap(([name, probe]) => {
    const port = probe && portOf(probe);
    if (port === undefined || isReached(workload, container, port)) return [];
    return {
      object: workload.manifest,
      reason: `the ${name} asks port ${port}, which takes mutual TLS only`,
      remedy: "probe a port of its own: that of the admin server, in excludeInboundPorts beside a sidecar",
    };
  });
}

function portOf({ httpGet, tcpSocket, grpc }: Probe): number | string | undefined {
  return (httpGet ?? tcpSocket ?? grpc)?.port;
}

/** A sidecar's injector leads probes through its agent, unless it is told not to. An xDS server itself asks for certificates. */
function isReached({ mesh, annotations }: Workload, container: Container, wanted: number | string): boolean {
  const port = findPort(container, wanted);
  if (mesh === "grpc-agent") return port !== undefined && !isGrpcPort(port);
  if (annotations["sidecar.istio.io/rewriteAppHTTPProbers"] !== "false") return true;
  const excluded = annotations["traffic.sidecar.istio.io/excludeInboundPorts"]?.split(",") ?? [];
  return excluded.includes(String(port?.containerPort ?? wanted));
}
