import type { Container, Probe } from "./pod-spec.ts";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

/** A probe of a container, as far as it reaches a port. */
export interface ProbeOfPort {
  readonly name: (typeof PROBES)[number];
  readonly port: number | string;
  readonly speaksGrpc: boolean;
  /** Who connects: the kubelet from outside of the pod, or a program within the container. */
  readonly from: "kubelet" | "container";
}

/** The probes of a container that reach a port: gRPC, HTTP, TCP, and `grpc_health_probe` run by `exec`. Other commands say no port. */
export function probesOf(container: Container): ProbeOfPort[] {
  return PROBES.flatMap((name) => {
    const reached = portOf(container[name] ?? {});
    return reached === undefined ? [] : [{ name, ...reached }];
  });
}

function portOf({ httpGet, tcpSocket, grpc, exec }: Probe): Omit<ProbeOfPort, "name"> | undefined {
  if (grpc !== undefined) return { port: grpc.port, speaksGrpc: true, from: "kubelet" };
  const other = httpGet ?? tcpSocket;
  if (other !== undefined) return { port: other.port, speaksGrpc: false, from: "kubelet" };
  const port = healthProbePort(exec?.command ?? []);
  return port === undefined ? undefined : { port, speaksGrpc: true, from: "container" };
}

/** `/bin/grpc_health_probe -addr=:50051`, alone or in a shell. Source: https://github.com/grpc-ecosystem/grpc-health-probe */
function healthProbePort(command: readonly string[]): number | undefined {
  const text = command.join(" ");
  const address = /\bgrpc[_-]health[_-]probe\b.*?\s--?addr[= ]"?[^\s"]*:(\d+)/.exec(text);
  return address === null ? undefined : Number(address[1]);
}
