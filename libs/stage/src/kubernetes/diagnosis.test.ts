import { describe, expect, it } from "vitest";
import { deploymentReasons, isHopeless, podReason } from "./diagnosis.ts";
import type { KubeContainerStatus, KubeEvent, KubePod } from "./kube-objects.ts";

function podWith(app: Partial<KubeContainerStatus>, conditions: KubePod["status"]["conditions"] = []): KubePod {
  return {
    metadata: { name: "backend-1" },
    spec: { containers: [] },
    status: { conditions, containerStatuses: [{ name: "app", restartCount: 0, ready: false, ...app }] },
  };
}

const UNHEALTHY: KubeEvent = {
  metadata: { name: "e1" },
  reason: "Unhealthy",
  message: "Readiness probe failed: 503",
  involvedObject: { name: "backend-1" },
  lastTimestamp: "2026-01-01T00:00:01Z",
};

describe("why a pod is not ready", () => {
  it("is the image, said by the kubelet, and waiting does not help", () => {
    const pod = podWith({ state: { waiting: { reason: "ErrImageNeverPull", message: "image x:y is not present" } } });
    expect(isHopeless(pod)).toBe(true);
    expect(podReason(pod, [UNHEALTHY], "")).toBe(
      "pod backend-1: container app: ErrImageNeverPull, image x:y is not present; make images, and load or push them to where the cluster looks",
    );
  });

  it("is a crash, with its last words", () => {
    const waiting = { reason: "CrashLoopBackOff", message: "back-off 10s restarting" };
    const pod = podWith({ state: { waiting }, lastState: { terminated: { exitCode: 2 } }, restartCount: 3 });
    expect(isHopeless(pod)).toBe(false);
    expect(podReason(pod, [], "WORK_MS is no number")).toBe(
      "pod backend-1: container app: CrashLoopBackOff (exit code 2), back-off 10s restarting; its last words: WORK_MS is no number",
    );
  });

  it("is the scheduler, in its words", () => {
    const conditions = [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available" }];
    expect(podReason(podWith({}, conditions), [UNHEALTHY], "")).toBe("pod backend-1: 0/2 nodes are available");
  });

  it("is the newest warning where the status says nothing", () => {
    const older = { ...UNHEALTHY, message: "older", lastTimestamp: "2026-01-01T00:00:00Z" };
    const creating = podWith({ state: { waiting: { reason: "ContainerCreating" } } });
    expect(podReason(creating, [UNHEALTHY, older], "")).toBe("pod backend-1: Unhealthy: Readiness probe failed: 503");
    expect(podReason(creating, [], "")).toBe("pod backend-1: it is not ready");
  });
});

it("tells why pods are not even made", () => {
  const condition = { type: "ReplicaFailure", status: "True", message: 'violates PodSecurity "restricted"' };
  const deployment = {
    metadata: { name: "backend" },
    spec: { template: { metadata: {}, spec: { containers: [] } } },
    status: { conditions: [condition, { type: "Available", status: "True" }] },
  };
  expect(deploymentReasons(deployment)).toEqual(['Deployment backend: violates PodSecurity "restricted"']);
  expect(deploymentReasons(undefined)).toEqual([]);
});
