import { setInterval as every } from "node:timers/promises";
import { type EndpointSpec, KubeApi } from "@grpc-lb-lab/kube-api";
import { namespace, type Subject } from "./subject.ts";
import { SubjectProcess } from "./subject-process.ts";

/** So many Services with so many endpoints each. */
export interface Scale {
  readonly services: number;
  readonly endpoints: number;
}

/** What following Services costs a process. */
export interface Cost {
  /** Resident memory at the end. */
  readonly residentMiB: number;
  /** CPU time from the start of the process until it knew all endpoints. */
  readonly startCpuMs: number;
  /** CPU time for a second in which one pod changed. */
  readonly changeCpuMs: number;
}

/** Measures a subject that follows Services in which one pod changes its address each second. */
export async function measureFollowing(subject: Subject, scale: Scale, seconds: number): Promise<Cost> {
  await using api = await KubeApi.listen();
  const names = Array.from({ length: scale.services }, (_, i) => `backend-${i}`);
  for (const name of names) publish(api, name, scale.endpoints, 0);
  await using process = new SubjectProcess({ subject, server: api.url, services: names, calls: false });
  const isBare = subject === "grpc-js alone";
  const start = isBare ? await process.usage() : await process.untilReports(names.length);
  let change = 0;
  for await (const _ of every(1_000)) {
    change += 1;
    publish(api, `backend-${change % scale.services}`, scale.endpoints, change);
    if (change === seconds) break;
  }
  const end = isBare ? await process.usage() : await process.untilReports(start.reports + seconds);
  const changeCpuMs = (end.cpuMs - start.cpuMs) / seconds;
  return { residentMiB: await process.residentMiB(), startCpuMs: start.cpuMs, changeCpuMs };
}

/** The Service's pods, of which one has an address that depends on the number of the change. */
function publish(api: KubeApi, name: string, endpoints: number, change: number): void {
  const service = { name, namespace, ports: [{ name: "grpc", port: 50_051 }] };
  const specs = Array.from({ length: endpoints }, (_, i): EndpointSpec => {
    const address = i === 0 ? `10.255.${change >> 8}.${change & 255}` : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    return { address, podName: `${name}-${i}`, zone: "lab-a", nodeName: "node-1", ...ready };
  });
  api.setEndpoints(service, specs);
}

const ready = { ready: true, serving: true, terminating: false };
