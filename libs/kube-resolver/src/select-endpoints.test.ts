import { expect, test } from "vitest";
import type { EndpointSlice, SliceEndpoint } from "./endpoint-slice.ts";
import { selectEndpoints } from "./select-endpoints.ts";

const grpc = { name: "grpc", port: 50_051, protocol: "TCP" };

function slice(endpoints: readonly SliceEndpoint[], change: Partial<EndpointSlice> = {}): EndpointSlice {
  const metadata = { name: "backend-x", resourceVersion: "1" };
  return { metadata, addressType: "IPv4", ports: [grpc], endpoints, ...change };
}

function endpoint(address: string, change: Partial<SliceEndpoint> = {}): SliceEndpoint {
  return { addresses: [address], ...change };
}

/** The selected addresses as `host:port`, those of one endpoint joined by a plus sign. */
function addresses(slices: readonly EndpointSlice[], port: number | string | undefined = "grpc"): string[] | string {
  const selection = selectEndpoints(slices, port);
  if (selection.endpoints === undefined) return selection.reason;
  return selection.endpoints.map((item) =>
    item.addresses.map((address) => ("host" in address ? `${address.host}:${address.port}` : address.path)).join("+"),
  );
}

test("several slices are merged in an order of their own, and an endpoint in two of them counts once", () => {
  const one = slice([endpoint("10.0.0.3"), endpoint("10.0.0.1")]);
  const two = slice([endpoint("10.0.0.2"), endpoint("10.0.0.1")]);
  expect(addresses([one, two])).toEqual(["10.0.0.1:50051", "10.0.0.2:50051", "10.0.0.3:50051"]);
  expect(addresses([two, one])).toEqual(addresses([one, two]));
});

test("an endpoint that is ready in one slice and not in the other is ready", () => {
  const stale = slice([endpoint("10.0.0.1", { conditions: { ready: false } })]);
  expect(addresses([slice([endpoint("10.0.0.1")]), stale])).toEqual(["10.0.0.1:50051"]);
});

test.each([
  ["no condition at all: ready", {}, true],
  ["ready null: ready", { ready: null }, true],
  ["not ready", { ready: false, serving: true, terminating: false }, false],
  ["not ready, terminating, serving", { ready: false, serving: true, terminating: true }, true],
  ["not ready, terminating, not serving", { ready: false, serving: false, terminating: true }, false],
  ["not ready, terminating, serving unknown", { ready: false, terminating: true }, false],
  ["ready while terminating, as with publishNotReadyAddresses", { ready: true, terminating: true }, true],
])("alone, an endpoint with %s", (_, conditions, isUsed) => {
  const selected = addresses([slice([endpoint("10.0.0.1", { conditions })])]);
  expect(selected).toEqual(isUsed ? ["10.0.0.1:50051"] : "none of its 1 endpoints is ready");
});

test("terminating endpoints are left out while one is ready", () => {
  const terminating = endpoint("10.0.0.1", { conditions: { ready: false, serving: true, terminating: true } });
  expect(addresses([slice([terminating, endpoint("10.0.0.2")])])).toEqual(["10.0.0.2:50051"]);
});

test("a dual-stack pod is one endpoint with both its addresses", () => {
  const targetRef = { kind: "Pod", name: "backend-1", uid: "u1" };
  const v6 = slice([endpoint("fd00::1", { targetRef })], { addressType: "IPv6" });
  const v4 = slice([endpoint("10.0.0.1", { targetRef })]);
  expect(addresses([v6, v4])).toEqual(["10.0.0.1:50051+fd00::1:50051"]);
});

test("a named port may have another number in each slice, or be missing", () => {
  const other = slice([endpoint("10.0.0.2")], { ports: [{ ...grpc, port: 6_000 }] });
  const without = slice([endpoint("10.0.0.3")], { ports: [{ name: "http", port: 80 }] });
  const slices = [slice([endpoint("10.0.0.1")]), other, without];
  expect(addresses(slices)).toEqual(["10.0.0.1:50051", "10.0.0.2:6000"]);
  expect(addresses(slices, 6_000)).toEqual(["10.0.0.2:6000"]);
});

test("a port number is taken as given where slices declare no port, or every port", () => {
  expect(addresses([slice([endpoint("10.0.0.1")], { ports: null })], 7_000)).toEqual(["10.0.0.1:7000"]);
  expect(addresses([slice([endpoint("10.0.0.1")], { ports: [{ name: "" }] })], 7_000)).toEqual(["10.0.0.1:7000"]);
});

test("without a port in the target, the only TCP port counts", () => {
  const ports = [{ name: "dns", port: 53, protocol: "UDP" }, grpc];
  expect(addresses([slice([endpoint("10.0.0.1")], { ports })], undefined)).toEqual(["10.0.0.1:50051"]);
});

test.each([
  ["no slice", [], "grpc", "it has no EndpointSlice: no Service of that name exists"],
  [
    "slices of names only",
    [slice([endpoint("a.example")], { addressType: "FQDN" })],
    "grpc",
    "it has no EndpointSlice",
  ],
  ["a slice without endpoints", [slice([], { endpoints: null, ports: null })], "grpc", "no pod is behind it"],
  [
    "an unknown port name",
    [slice([endpoint("10.0.0.1")])],
    "http",
    'no TCP port named "http"; its ports: grpc (50051)',
  ],
  ["an undeclared port number", [slice([endpoint("10.0.0.1")])], 80, "do not declare port 80"],
  [
    "two ports and none in the target",
    [slice([endpoint("10.0.0.1")], { ports: [grpc, { name: "http", port: 80 }] })],
    undefined,
    "must name one of its ports: grpc (50051), http (80)",
  ],
] as const)("with %s it says why there is no endpoint", (_, slices, port, reason) => {
  const selection = selectEndpoints(slices, port);
  expect(selection).toEqual({ reason: expect.stringContaining(reason) });
});

test("pod, node, zone and hints are exposed", () => {
  const source = endpoint("10.0.0.1", {
    targetRef: { kind: "Pod", name: "backend-1" },
    nodeName: "node-1",
    zone: "lab-a",
    hints: { forZones: [{ name: "lab-a" }], forNodes: [{ name: "node-1" }] },
  });
  expect(selectEndpoints([slice([source])], "grpc").endpoints?.map(({ kubernetes }) => kubernetes)).toEqual([
    { podName: "backend-1", nodeName: "node-1", zone: "lab-a", forZones: ["lab-a"], forNodes: ["node-1"] },
  ]);
});

test("5,000 endpoints in 50 slices are all selected", () => {
  const slices = Array.from({ length: 50 }, (_, i) =>
    slice(Array.from({ length: 100 }, (_unused, j) => endpoint(`10.1.${i}.${j}`))),
  );
  expect(addresses(slices)).toHaveLength(5_000);
});
