/** A sample of a container, as the kubelet's `/metrics/resource` has it. */
export interface ContainerSample {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** When the kubelet looked, ms since 1970 by its clock. */
  readonly atMs: number;
  /** CPU time since the container's start. */
  readonly cpuMs: number;
  /** Working set: what counts against the memory limit. */
  readonly memoryBytes: number;
}

const CPU = "container_cpu_usage_seconds_total";
const MEMORY = "container_memory_working_set_bytes";
/** `name{container="app",namespace="lab-plain",pod="backend-1"} 1.5 1795290027412`, the last being a time. */
const LINE = /^(\w+)\{(.*)\} (\S+) (\d+)$/;

/**
 * Reads the answer of a kubelet's `/metrics/resource`. Source of the format:
 * https://kubernetes.io/docs/reference/instrumentation/node-metrics/ and https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readKubeletMetrics(text: string): ContainerSample[] {
  const samples = new Map<string, ContainerSample>();
  for (const line of text.split("\n")) {
    const [, metric, labelText = "", value, atMs] = LINE.exec(line) ?? [];
    if (metric !== CPU && metric !== MEMORY) continue;
    const { namespace = "", pod = "", container = "" } = labels(labelText);
    const key = [namespace, pod, container].join("/");
    const known = samples.get(key) ?? { namespace, pod, container, atMs: 0, cpuMs: 0, memoryBytes: 0 };
    const figure = Number(value);
    samples.set(
      key,
      metric === CPU ? { ...known, cpuMs: 1_000 * figure, atMs: Number(atMs) } : { ...known, memoryBytes: figure },
    );
  }
  return [...samples.values()];
}

/** Names of pods, namespaces and containers need no escaping. */
function labels(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}
