import type { KubeContainerStatus, KubeEndpointSlice, KubePod } from "@grpc-lb-lab/cluster";
import { expect, it, vi } from "vitest";
import { PodTable } from "./pod-table.ts";

const ZONES = new Map([["node-1", "lab-a"]]);
const RUNNING: KubeContainerStatus = { name: "app", image: "backend:dev", restartCount: 0, ready: true };

function pod(
  name: string,
  app: Partial<KubeContainerStatus> = {},
  metadata: Partial<KubePod["metadata"]> = {},
): KubePod {
  const status = { ...RUNNING, ...app };
  return {
    metadata: { name, labels: { version: "v1" }, ...metadata },
    spec: { nodeName: "node-1", containers: [] },
    status: {
      podIP: "10.0.0.7",
      conditions: [{ type: "Ready", status: status.ready ? "True" : "False" }],
      containerStatuses: [{ ...RUNNING, name: "istio-proxy", restartCount: 9 }, status],
    },
  };
}

function slice(...ready: string[]): KubeEndpointSlice {
  const endpoints = ready.map((name) => ({ conditions: { ready: true }, targetRef: { name } }));
  return { metadata: { name: "backend-x" }, endpoints };
}

function table() {
  const onReady = vi.fn();
  const pods = new PodTable(ZONES, onReady);
  return { pods, onReady, told: () => pods.events.events.map(({ kind, pod: name }) => `${kind} ${name}`) };
}

it("takes a pod for ready when its slice does, and tells each moment of its life", () => {
  const { pods, told } = table();
  pods.update([pod("backend-1")], []);
  expect(pods.pods[0]).toMatchObject({ zone: "lab-a", version: "v1", grpcAddress: "10.0.0.7:50051", ready: false });
  pods.update([pod("backend-1")], [{ metadata: { name: "empty" }, endpoints: null }, slice("backend-1")]);
  pods.update([pod("backend-1", {}, { deletionTimestamp: "2026-01-01T00:00:00Z" })], [slice("backend-1")]);
  expect(pods.pods[0]?.ready).toBe(false);
  pods.update([], []);
  expect(told()).toEqual([
    "pod-added backend-1",
    "pod-ready backend-1",
    "pod-terminating backend-1",
    "pod-gone backend-1",
  ]);
});

it("writes an IPv6 address as URLs and gRPC targets take it", () => {
  const { pods } = table();
  const six = pod("backend-1");
  pods.update([{ ...six, status: { ...six.status, podIP: "fd00::7" } }], [slice("backend-1")]);
  expect(pods.pods[0]).toMatchObject({ ip: "fd00::7", grpcAddress: "[fd00::7]:50051", adminAddress: "[fd00::7]:9090" });
});

it("sees a crash in the application's container, and its readiness anew though the slice has missed both", () => {
  const { pods, onReady, told } = table();
  pods.update([pod("backend-1")], [slice("backend-1")]);
  pods.beginEvents();
  pods.update([pod("backend-1", { ready: false, state: { terminated: { exitCode: 137 } } })], [slice("backend-1")]);
  expect(pods.pods[0]?.ready).toBe(false);
  const backOff = { ready: false, state: { waiting: {} }, lastState: { terminated: { exitCode: 137 } } };
  pods.update([pod("backend-1", backOff)], [slice("backend-1")]);
  pods.update([pod("backend-1", { restartCount: 1 })], [slice("backend-1")]);
  expect(told()).toEqual([
    "pod-added backend-1",
    "pod-ready backend-1",
    "pod-crashed backend-1",
    "pod-ready backend-1",
  ]);
  expect(onReady).toHaveBeenCalledTimes(2);
});

it("sees a restart that was quicker than the watch", () => {
  const { pods, told } = table();
  pods.update([pod("backend-1")], [slice("backend-1")]);
  pods.update([pod("backend-1", { restartCount: 1 })], [slice("backend-1")]);
  expect(told().slice(2)).toEqual(["pod-crashed backend-1", "pod-ready backend-1"]);
});

it("counts neither the end of a pod that was told to go as a crash, nor evicted pods at all", () => {
  const { pods, told } = table();
  const evicted = { ...pod("backend-2"), status: { phase: "Failed" } };
  pods.update([pod("backend-1"), evicted], []);
  const leaving = pod("backend-1", { state: { terminated: { exitCode: 0 } } }, { deletionTimestamp: "now" });
  pods.update([leaving], []);
  expect(told()).toEqual(["pod-added backend-1", "pod-terminating backend-1"]);
});
