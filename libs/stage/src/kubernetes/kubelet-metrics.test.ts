import { expect, it } from "vitest";
import { readKubeletMetrics } from "./kubelet-metrics.ts";

/** As a kubelet of Kubernetes 1.34 answers, shortened. */
const ANSWER = `# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="app",namespace="lab-sidecar",pod="backend-5b466fc546-jtct4"} 1.895610414 1795290027433
container_cpu_usage_seconds_total{container="istio-proxy",namespace="lab-sidecar",pod="backend-5b466fc546-jtct4"} 1.025187209 1795290027425
# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{container="app",namespace="lab-sidecar",pod="backend-5b466fc546-jtct4"} 6.6461696e+07 1795290027433
container_start_time_seconds{container="app",namespace="lab-sidecar",pod="backend-5b466fc546-jtct4"} 1.79529e+09
node_cpu_usage_seconds_total 900.5 1795290027433
pod_cpu_usage_seconds_total{namespace="lab-sidecar",pod="backend-5b466fc546-jtct4"} 2.9 1795290027433
scrape_error 0
`;

it("reads CPU time and working set of each container, with the time of the look", () => {
  const of = { namespace: "lab-sidecar", pod: "backend-5b466fc546-jtct4" };
  expect(readKubeletMetrics(ANSWER)).toEqual([
    { ...of, container: "app", atMs: 1_795_290_027_433, cpuMs: 1_895.610414, memoryBytes: 66_461_696 },
    { ...of, container: "istio-proxy", atMs: 1_795_290_027_425, cpuMs: expect.closeTo(1_025.187, 2), memoryBytes: 0 },
  ]);
  expect(readKubeletMetrics("")).toEqual([]);
});
