import { KubeApi } from "@grpc-lb-lab/kube-api";
import { TestPod } from "../src/testing/test-pod.ts";
import { namespace, type Subject } from "./subject.ts";
import { SubjectProcess } from "./subject-process.ts";

const service = { name: "backend", namespace, ports: [{ name: "grpc", port: 50_051 }] };

/**
 * From the change of an EndpointSlice to the first call at the pod that it adds, in ms, several times: a client calls one pod after the
 * other without a pause, and a second pod comes and goes.
 */
export async function measureFirstCalls(subject: Subject, changes: number): Promise<number[]> {
  await using api = await KubeApi.listen();
  const [stays, comes] = await Promise.all(["stays", "comes"].map((name) => TestPod.start(name, "127.0.0.1")));
  if (stays === undefined || comes === undefined) throw new Error("pods did not start");
  using _pods = {
    [Symbol.dispose]: () => {
      stays.stop();
      comes.stop();
    },
  };
  const publish = (...pods: TestPod[]) => {
    const conditions = { ready: true, serving: true, terminating: false };
    const endpoint = ({ address, name, port }: TestPod) => ({
      address,
      podName: name,
      ports: { grpc: port },
      ...conditions,
    });
    api.setEndpoints(service, pods.map(endpoint));
  };
  publish(stays);
  await using _subject = new SubjectProcess({ subject, server: api.url, services: ["backend"], calls: true });
  const times: number[] = [];
  await callsOf(stays, 1);
  for (let change = 0; change < changes; change += 1) {
    const startMs = performance.now();
    publish(stays, comes);
    await callsOf(comes, 1);
    times.push(performance.now() - startMs);
    publish(stays);
    await callsStay(stays, comes);
  }
  return times;
}

/** Resolves with a pod's call number `count` from now. */
function callsOf(pod: TestPod, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    pod.onCall = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
}

/** Resolves when one pod has had many calls in a row without one at the other. */
function callsStay(stays: TestPod, gone: TestPod): Promise<void> {
  let inARow = 0;
  gone.onCall = () => {
    inARow = 0;
  };
  return new Promise((resolve) => {
    stays.onCall = () => {
      inARow += 1;
      if (inARow === 20) resolve();
    };
  });
}
