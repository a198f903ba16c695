import { describe, expect, it } from "vitest";
import { type NamespaceState, whatsWrong } from "./whats-wrong.ts";

const nothing: NamespaceState = { pods: [], replicaSets: [], events: [] };
type Pod = NamespaceState["pods"][number];

function pod(status: Pod["status"], metadata: Partial<Pod["metadata"]> = {}): NamespaceState {
  return { ...nothing, pods: [{ metadata: { name: "backend-1", ...metadata }, status }] };
}

const container = { name: "backend", image: "grpc-lb-lab/backend:dev", ready: false };

describe("what is wrong", () => {
  it("is nothing while pods start, and when they are ready", () => {
    expect(whatsWrong(nothing)).toEqual([]);
    const starting = { ...container, state: { waiting: { reason: "ContainerCreating" } } };
    expect(whatsWrong(pod({ containerStatuses: [starting] }))).toEqual([]);
    expect(whatsWrong(pod({ containerStatuses: [{ ...container, ready: true }] }))).toEqual([]);
  });

  it("is an image that the nodes do not have, and waiting does not help", () => {
    const status = { ...container, state: { waiting: { reason: "ErrImageNeverPull" } } };
    expect(whatsWrong(pod({ containerStatuses: [status] }))).toEqual([
      {
        what: "container backend of pod backend-1 does not start: ErrImageNeverPull of image grpc-lb-lab/backend:dev: load it with make load, or name a registry that the nodes reach (REGISTRY=, TAG=)",
        final: true,
      },
    ]);
  });

  it("is a container that ends, for good once Kubernetes backs off", () => {
    const ended = { terminated: { exitCode: 2, reason: "Error" } };
    const what =
      "container backend of pod backend-1 ended with exit code 2: see kubectl logs backend-1 -c backend --previous";
    expect(whatsWrong(pod({ containerStatuses: [{ ...container, state: ended }] }))).toEqual([{ what, final: false }]);
    const backingOff = { ...container, state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: ended };
    expect(whatsWrong(pod({ containerStatuses: [backingOff] }))).toEqual([{ what, final: true }]);
    expect(whatsWrong(pod({ initContainerStatuses: [backingOff] }))).toEqual([{ what, final: true }]);
  });

  it("is a pod without a node, unless it is being deleted", () => {
    const conditions = [
      { type: "PodScheduled", status: "False", message: "0/2 nodes are available: 2 Insufficient cpu." },
    ];
    expect(whatsWrong(pod({ conditions }))).toEqual([
      { what: "pod backend-1 finds no node: 0/2 nodes are available: 2 Insufficient cpu.", final: false },
    ]);
    expect(whatsWrong(pod({ conditions }, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toEqual([]);
  });

  it("is a pod that may not be created, said once before what events tell", () => {
    const conditions = [
      { type: "ReplicaFailure", status: "True", message: 'violates PodSecurity "restricted:latest"' },
    ];
    const event = {
      type: "Warning",
      reason: "FailedMount",
      message: "no such ConfigMap",
      involvedObject: { kind: "Pod", name: "a" },
    };
    const found = whatsWrong({
      pods: [],
      replicaSets: [{ metadata: { name: "backend-7" }, status: { conditions } }],
      events: [event, event, { ...event, type: "Normal" }, { ...event, reason: "Unhealthy" }],
    });
    expect(found).toEqual([
      { what: 'pods of backend-7 cannot be created: violates PodSecurity "restricted:latest"', final: true },
      { what: "Pod a: FailedMount: no such ConfigMap", final: false },
    ]);
  });
});
