import { describe, expect, it } from "vitest";
import type { KubeContainerStatus, KubeEvent, KubePod } from "./kube-objects.ts";
import { isHopeless, type NamespaceState, whatsWrong } from "./whats-wrong.ts";

const nothing: NamespaceState = { pods: [], makers: [], events: [] };

function pod(status: KubePod["status"], metadata: Partial<KubePod["metadata"]> = {}): KubePod {
  return { metadata: { name: "backend-1", ...metadata }, spec: { containers: [] }, status };
}

function withContainer(state: Partial<KubeContainerStatus>, name = "backend-1"): KubePod {
  const container = { name: "app", image: "grpc-lb-lab/backend:dev", ready: false, restartCount: 0, ...state };
  return pod({ containerStatuses: [container] }, { name });
}

function waiting(reason: string, message?: string): Partial<KubeContainerStatus> {
  return { state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } };
}

function warning(reason: string, message: string, lastTimestamp = "2026-01-01T00:00:00Z"): KubeEvent {
  const involvedObject = { kind: "Pod", name: "backend-1" };
  return { metadata: { name: reason }, type: "Warning", reason, message, involvedObject, lastTimestamp };
}

describe("what is wrong", () => {
  it("is nothing while pods start, and when they are ready", () => {
    expect(whatsWrong(nothing)).toEqual([]);
    const ready = pod({ conditions: [{ type: "Ready", status: "True" }] });
    const pods = [withContainer(waiting("ContainerCreating")), ready];
    expect(whatsWrong({ ...nothing, pods })).toEqual([]);
  });

  it.each([
    [undefined, "it has no status: is anything installed that takes its class?"],
    [[{ type: "Accepted", status: "Unknown", message: "Waiting for controller" }], "Waiting for controller"],
    [
      [
        { type: "Accepted", status: "True", message: "Resource accepted" },
        { type: "Programmed", status: "False", message: "no instances" },
      ],
      "no instances",
    ],
  ])("is a Gateway that is not programmed, with the conditions %j", (conditions, why) => {
    const gateway = { metadata: { name: "edge" }, status: { ...(conditions === undefined ? {} : { conditions }) } };
    const what = `Gateway edge is not programmed: ${why}`;
    expect(whatsWrong({ ...nothing, gateways: [gateway] })).toEqual([{ what, lasts: "maybe" }]);
  });

  it("is nothing of a Gateway that is programmed", () => {
    const status = { conditions: [{ type: "Programmed", status: "True" }] };
    expect(whatsWrong({ ...nothing, gateways: [{ metadata: { name: "edge" }, status }] })).toEqual([]);
  });

  it.each([
    ["ErrImageNeverPull", "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)"],
    ["ImagePullBackOff", "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)"],
    ["ErrImagePull", "load it with make images load, or name a registry that the nodes reach (REGISTRY=, TAG=)"],
    ["InvalidImageName", "check REGISTRY= and TAG="],
    ["CreateContainerConfigError", "check the ConfigMaps and Secrets that it names"],
    ["CreateContainerError", "see the pod's events (kubectl describe pod)"],
    ["RunContainerError", "check its command and mounts"],
  ])("is a container that waits for ever: %s", (reason, remedy) => {
    const stuck = withContainer(waiting(reason));
    const what = `container app of pod backend-1 does not start: ${reason} of image grpc-lb-lab/backend:dev: ${remedy}`;
    expect(whatsWrong({ ...nothing, pods: [stuck] })).toEqual([{ what, lasts: "for ever" }]);
    expect(isHopeless(stuck)).toBe(true);
  });

  it("is told with the kubelet's own words where it names more than an image", () => {
    const pods = [withContainer(waiting("CreateContainerConfigError", 'secret "ca" not found'))];
    expect(whatsWrong({ ...nothing, pods })[0]?.what).toContain('backend:dev (secret "ca" not found): check');
  });

  it("is a container that ends, with its last words", () => {
    const ended = { terminated: { exitCode: 2, reason: "Error" } };
    const see = "see kubectl logs backend-1 -c app --previous";
    const what = `container app of pod backend-1 ended with exit code 2: ${see}`;
    expect(whatsWrong({ ...nothing, pods: [withContainer({ state: ended })] })).toEqual([{ what, lasts: "maybe" }]);
    const backingOff = withContainer({ ...waiting("CrashLoopBackOff"), lastState: ended });
    const lastWords = new Map([["backend-1", "WORK_MS is no number"]]);
    expect(whatsWrong({ ...nothing, pods: [backingOff], lastWords })).toEqual([
      {
        what: `container app of pod backend-1 ended with exit code 2; its last output: WORK_MS is no number: ${see}`,
        lasts: "crashing",
      },
    ]);
    // Experiments crash pods on purpose: they come back.
    expect(isHopeless(backingOff)).toBe(false);
  });

  it("is told once for pods to which the same happens", () => {
    const pods = [1, 2, 3].map((number) => withContainer(waiting("ErrImagePull"), `backend-${number}`));
    const [found, ...others] = whatsWrong({ ...nothing, pods });
    expect(found?.what).toMatch(/^container app of pod backend-1 .* \(and 2 more like it\)$/);
    expect(others).toEqual([]);
  });

  it("is a pod without a node, unless it is being deleted", () => {
    const conditions = [
      { type: "PodScheduled", status: "False", message: "0/2 nodes are available: 2 Insufficient cpu." },
    ];
    expect(whatsWrong({ ...nothing, pods: [pod({ conditions })] })).toEqual([
      { what: "pod backend-1 cannot be scheduled: 0/2 nodes are available: 2 Insufficient cpu.", lasts: "maybe" },
    ]);
    const leaving = pod({ conditions }, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(whatsWrong({ ...nothing, pods: [leaving] })).toEqual([]);
  });

  it("is a pod that may not be created, said once before what events tell", () => {
    const conditions = [
      { type: "ReplicaFailure", status: "True", message: 'violates PodSecurity "restricted:latest"' },
    ];
    const event = warning("FailedMount", "no such ConfigMap");
    const found = whatsWrong({
      pods: [],
      makers: [{ metadata: { name: "backend-7" }, status: { conditions } }],
      events: [event, event, { ...event, type: "Normal" }, warning("Unhealthy", "503")],
    });
    expect(found).toEqual([
      { what: 'pods of backend-7 cannot be created: violates PodSecurity "restricted:latest"', lasts: "for ever" },
      { what: "Pod backend-1: FailedMount: no such ConfigMap", lasts: "maybe" },
    ]);
  });

  it("is the newest warning of a pod that is not ready, where nothing else tells why", () => {
    const events = [
      warning("Unhealthy", "Readiness probe failed: 503", "2026-01-01T00:00:01Z"),
      warning("Unhealthy", "older"),
    ];
    const pods = [withContainer({ state: {} })];
    expect(whatsWrong({ ...nothing, pods, events })).toEqual([
      { what: "pod backend-1 is not ready: Unhealthy: Readiness probe failed: 503", lasts: "maybe" },
    ]);
  });
});
