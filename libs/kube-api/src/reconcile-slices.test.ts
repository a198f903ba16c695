import { expect, test } from "vitest";
import type { EndpointSlice, SliceContent } from "./endpoint-slice.ts";
import { type EndpointSpec, reconcileSlices, type SliceChanges } from "./reconcile-slices.ts";

const service = { name: "backend", namespace: "shop", ports: [{ name: "grpc", port: 50_051 }] };

function endpoint(address: string, change: Partial<EndpointSpec> = {}): EndpointSpec {
  return { address, ready: true, serving: true, terminating: false, ...change };
}

/** The slices that are stored after these changes. */
function apply(existing: readonly EndpointSlice[], changes: SliceChanges): EndpointSlice[] {
  const updated = new Map(changes.update.map(({ slice, content }) => [slice, content]));
  const kept = existing.filter((slice) => !changes.delete.includes(slice));
  return [
    ...kept.map((slice) => ({ ...slice, ...updated.get(slice) })),
    ...changes.create.map((content, index) => ({ ...content, metadata: metadata(existing.length + index) })),
  ];
}

function metadata(number: number): EndpointSlice["metadata"] {
  const name = `backend-${number}`;
  return { name, namespace: "shop", uid: name, resourceVersion: "1", generation: 1, creationTimestamp: "", labels: {} };
}

function reconcile(existing: readonly EndpointSlice[], endpoints: readonly EndpointSpec[], max = 2) {
  const changes = reconcileSlices(existing, service, endpoints, max);
  const slices = apply(existing, changes);
  const counts = [changes.create.length, changes.update.length, changes.delete.length];
  return { slices, counts, addresses: slices.map(addressesOf) };
}

function addressesOf(content: SliceContent): (string | undefined)[] {
  return content.endpoints.map(({ addresses }) => addresses[0]);
}

test("endpoints fill slices up to the maximum", () => {
  const { addresses } = reconcile(
    [],
    ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((address) => endpoint(address)),
  );
  expect(addresses).toEqual([["10.0.0.1", "10.0.0.2"], ["10.0.0.3"]]);
});

test("nothing changes when the endpoints are the same in another order", () => {
  const { slices } = reconcile([], [endpoint("10.0.0.1"), endpoint("10.0.0.2"), endpoint("10.0.0.3")]);
  expect(reconcile(slices, [endpoint("10.0.0.3"), endpoint("10.0.0.2"), endpoint("10.0.0.1")]).counts).toEqual([
    0, 0, 0,
  ]);
});

test("only the slice of an endpoint that changes is updated", () => {
  const { slices } = reconcile([], [endpoint("10.0.0.1"), endpoint("10.0.0.2"), endpoint("10.0.0.3")]);
  const changed = reconcile(slices, [
    endpoint("10.0.0.1"),
    endpoint("10.0.0.2"),
    endpoint("10.0.0.3", { ready: false }),
  ]);
  expect(changed.counts).toEqual([0, 1, 0]);
  expect(changed.slices[1]?.endpoints[0]?.conditions.ready).toBe(false);
});

test("a replacement takes the room that its predecessor leaves, and an empty slice goes", () => {
  const { slices } = reconcile([], [endpoint("10.0.0.1"), endpoint("10.0.0.2"), endpoint("10.0.0.3")]);
  const replaced = reconcile(slices, [endpoint("10.0.0.1"), endpoint("10.0.0.9"), endpoint("10.0.0.3")]);
  expect(replaced).toMatchObject({ counts: [0, 1, 0], addresses: [["10.0.0.1", "10.0.0.9"], ["10.0.0.3"]] });
  const removed = reconcile(slices, [endpoint("10.0.0.1"), endpoint("10.0.0.2")]);
  expect(removed).toMatchObject({ counts: [0, 0, 1], addresses: [["10.0.0.1", "10.0.0.2"]] });
});

test("a Service without endpoints keeps one empty slice, which the first endpoint takes over", () => {
  const empty = reconcile([], []);
  expect(empty).toMatchObject({ counts: [1, 0, 0], addresses: [[]] });
  expect(reconcile(empty.slices, []).counts).toEqual([0, 0, 0]);
  const filled = reconcile(empty.slices, [endpoint("10.0.0.1")]);
  expect(filled).toMatchObject({ counts: [0, 1, 0], addresses: [["10.0.0.1"]] });
  expect(reconcile(filled.slices, [])).toMatchObject({ counts: [0, 1, 0], addresses: [[]] });
});

test("address families and port numbers have slices of their own", () => {
  const endpoints = [endpoint("10.0.0.1"), endpoint("fd00::1"), endpoint("10.0.0.2", { ports: { grpc: 6_000 } })];
  const { slices } = reconcile([], endpoints);
  expect(slices.map(({ addressType, ports }) => [addressType, ports[0]?.port])).toEqual([
    ["IPv4", 50_051],
    ["IPv6", 50_051],
    ["IPv4", 6_000],
  ]);
});

test("what is said of an endpoint is in its slice", () => {
  const spec = endpoint("10.0.0.1", { podName: "backend-1", nodeName: "node-1", zone: "lab-a" });
  const withProtocol = { ...service, ports: [{ name: "grpc", port: 50_051, appProtocol: "kubernetes.io/h2c" }] };
  expect(reconcileSlices([], withProtocol, [spec], 100).create).toMatchObject([
    {
      ports: [{ name: "grpc", port: 50_051, protocol: "TCP", appProtocol: "kubernetes.io/h2c" }],
      endpoints: [
        { targetRef: { kind: "Pod", namespace: "shop", name: "backend-1" }, nodeName: "node-1", zone: "lab-a" },
      ],
    },
  ]);
});

test("addresses that are wrong or given twice are refused", () => {
  expect(() => reconcile([], [endpoint("backend-1")])).toThrow('"backend-1" is not an endpoint address');
  expect(() => reconcile([], [endpoint("10.0.0.1"), endpoint("10.0.0.1")])).toThrow("10.0.0.1 occurs twice");
});
