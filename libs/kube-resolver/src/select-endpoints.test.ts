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

/** The selected addresses as `host:port`, those of one endpoint joined by a plus sign; `undefined` is a target without a port. */
function addresses(slices: readonly EndpointSlice[], ...ports: (number | string | undefined)[]): string[] | string {
  const [port] = ports.length === 0 ? ["grpc"] : ports;
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
    "its EndpointSlices hold host names",
  ],
  ["no port at all", [slice([endpoint("10.0.0.1")], { ports: null })], undefined, "must have a port number"],
  [
    "a named port of any number",
    [slice([endpoint("10.0.0.1")], { ports: [{ name: "grpc" }] })],
    "grpc",
    'its port "grpc" has no number of its own: the target must have one',
  ],
  ["a slice without endpoints", [slice([], { endpoints: null, ports: null })], "grpc", "it has no pods"],
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

const http = { name: "http", port: 80, protocol: "TCP" };
const udp = { name: "dns", port: 50_051, protocol: "UDP" };
const terminating = { ready: false, serving: true, terminating: true };
const ofPod = (uid: string) => ({ targetRef: { kind: "Pod", name: `backend-${uid}`, uid } });

test("without a port in the target, the only port must be the only one of all slices, not of each", () => {
  const reason = "the target must name one of its ports: grpc (50051), http (80)";
  const one = slice([endpoint("10.0.0.1")]);
  expect(addresses([one, slice([endpoint("10.0.0.2")], { ports: [http] })], undefined)).toBe(reason);
  expect(addresses([one, slice([endpoint("10.0.0.2")], { ports: [grpc, http] })], undefined)).toBe(reason);
  const renumbered = slice([endpoint("10.0.0.2")], { ports: [{ ...grpc, port: 6_000 }] });
  expect(addresses([one, renumbered], undefined)).toEqual(["10.0.0.1:50051", "10.0.0.2:6000"]);
});

test("a port that its Service renames stays the only one while slices with both names are there", () => {
  const renamed = slice([endpoint("10.0.0.1"), endpoint("10.0.0.2")], { ports: [{ ...grpc, name: "h2c" }] });
  const unnamed = slice([endpoint("10.0.0.3")], { ports: [{ port: grpc.port }] });
  const all = ["10.0.0.1:50051", "10.0.0.2:50051", "10.0.0.3:50051"];
  expect(addresses([slice([endpoint("10.0.0.1")]), renamed, unnamed], undefined)).toEqual(all);
});

test("a slice of UDP ports serves no TCP port", () => {
  expect(addresses([slice([endpoint("10.0.0.1")], { ports: [udp] })], 50_051)).toContain("do not declare port 50051");
  const slices = [slice([endpoint("10.0.0.1")], { ports: [udp] }), slice([endpoint("10.0.0.2")])];
  for (const port of [undefined, "grpc", 50_051]) expect(addresses(slices, port)).toEqual(["10.0.0.2:50051"]);
});

test("a slice without endpoints changes nothing, whatever its ports", () => {
  const empty = slice([], { endpoints: null });
  expect(addresses([slice([endpoint("10.0.0.2")], { ports: null }), empty], 50_051)).toEqual(["10.0.0.2:50051"]);
  const served = slice([endpoint("10.0.0.1")]);
  for (const port of [undefined, "grpc", 50_051]) {
    expect(addresses([empty, slice([], { ports: [http] }), served], port)).toEqual(["10.0.0.1:50051"]);
  }
});

test("slices of host names are left out beside addresses, with their ports", () => {
  const names = slice([endpoint("a.example")], { addressType: "FQDN", ports: [http] });
  expect(addresses([names, slice([endpoint("10.0.0.1")])], undefined)).toEqual(["10.0.0.1:50051"]);
  expect(addresses([names, slice([endpoint("10.0.0.1")], { ports: null })], 7_000)).toEqual(["10.0.0.1:7000"]);
});

test("a pod that another slice lists without saying whose address it is counts once, with both its addresses", () => {
  const pod = ofPod("u1");
  const slices = [
    slice([endpoint("10.0.0.1", { ...pod, zone: "a" }), endpoint("10.0.0.9")]),
    slice([endpoint("fd00::1", pod)], { addressType: "IPv6" }),
    slice([endpoint("10.0.0.1")]),
  ];
  for (const order of [slices, slices.toReversed()]) {
    expect(addresses(order)).toEqual(["10.0.0.1:50051+fd00::1:50051", "10.0.0.9:50051"]);
    const [first] = selectEndpoints(order, "grpc").endpoints ?? [];
    expect(first?.kubernetes).toMatchObject({ podName: "backend-u1", zone: "a" });
  }
});

test("copies of an endpoint that differ give the same list whatever the order of slices", () => {
  const copies = ["a", "b", "c"].map((zone) => slice([endpoint("10.0.0.1", { ...ofPod("u1"), zone })]));
  expect(selectEndpoints(copies.toReversed(), "grpc")).toEqual(selectEndpoints(copies, "grpc"));
});

test.each([
  ["ready in one", [{ ready: true }, terminating, { ready: false }], ["10.0.0.1:50051", "10.0.0.2:50051"]],
  ["still serving in one", [terminating, { ready: false, serving: false }], ["10.0.0.2:50051"]],
] as const)("copies of an endpoint with different readiness, %s, count once", (_, conditions, expected) => {
  const copies = conditions.map((of) => slice([endpoint("10.0.0.1", { ...ofPod("u1"), conditions: of })]));
  const slices = [...copies, slice([endpoint("10.0.0.2", ofPod("u2"))])];
  expect(addresses(slices)).toEqual(expected);
  expect(addresses(slices.toReversed())).toEqual(expected);
  const alone = addresses(copies.toReversed());
  expect(alone).toEqual(["10.0.0.1:50051"]);
});

test("an address that went over from a terminating pod to a ready one is the ready one's", () => {
  const gone = endpoint("10.0.0.1", { ...ofPod("u1"), conditions: terminating });
  const come = endpoint("10.0.0.1", ofPod("u2"));
  const [only, ...others] = selectEndpoints([slice([gone]), slice([come])], "grpc").endpoints ?? [];
  expect([only?.kubernetes.podName, others]).toEqual(["backend-u2", []]);
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

test("a slice without ports serves any port, but not beside slices that declare some", () => {
  const open = slice([endpoint("10.0.0.2")], { ports: null } as unknown as Partial<EndpointSlice>);
  expect(addresses([open], 50_051)).toEqual(["10.0.0.2:50051"]);
  expect(addresses([open, slice([endpoint("10.0.0.1")])], 50_051)).toEqual(["10.0.0.1:50051"]);
});

test("an address that two pods claim counts once", () => {
  const of = (uid: string) => ({ targetRef: { kind: "Pod", name: uid, uid } });
  const twice = [endpoint("10.0.0.1", of("u2")), endpoint("10.0.0.1", of("u1")), endpoint("10.0.0.2", of("u3"))];
  expect(addresses([slice(twice)])).toEqual(["10.0.0.1:50051", "10.0.0.2:50051"]);
});
