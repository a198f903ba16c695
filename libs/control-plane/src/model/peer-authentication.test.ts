import { expect, test } from "vitest";
import { ControlPlane } from "../control-plane.ts";
import { HandClient } from "../testing/hand-client.ts";
import type { PeerAuthentication } from "./mesh-model.ts";
import { type InboundSecurity, inboundSecurity } from "./peer-authentication.ts";

const IN_MESH = { "security.istio.io/tlsMode": "istio" };

const CASES: readonly (readonly [string, Omit<PeerAuthentication, "namespace">[], object, InboundSecurity])[] = [
  ["none, pod out of the mesh", [], {}, "plaintext"],
  ["none, pod in the mesh", [], IN_MESH, "mtls"],
  ["PERMISSIVE, pod out of the mesh", [{ mode: "PERMISSIVE" }], {}, "plaintext"],
  ["PERMISSIVE, pod in the mesh", [{ mode: "PERMISSIVE" }], IN_MESH, "mtls"],
  ["DISABLE", [{ mode: "DISABLE" }], IN_MESH, "plaintext"],
  ["STRICT", [{ mode: "STRICT" }], {}, "mtls"],
  [
    "one with the pod's labels goes first",
    [{ mode: "STRICT" }, { mode: "DISABLE", labels: IN_MESH }],
    IN_MESH,
    "plaintext",
  ],
  ["one with other labels does not count", [{ mode: "DISABLE", labels: { app: "other" } }], IN_MESH, "mtls"],
];

test.each(CASES)("%s", (_, policies, labels, security) => {
  const name = { id: "server", kind: "proxyless", ip: undefined, namespace: "lab" } as const;
  const proxy = { ...name, labels: { ...labels }, locality: { region: "", zone: "" } };
  const elsewhere = { namespace: "other", mode: security === "mtls" ? "DISABLE" : "STRICT" } as const;
  const own = policies.map((policy) => ({ namespace: "lab", ...policy }));
  expect(inboundSecurity([elsewhere, ...own], proxy)).toBe(security);
});

test("servers of one namespace are told apart by the labels that their nodes say", async () => {
  await using plane = await ControlPlane.listen({ model: { services: [] } });
  const name = "xds.istio.io/grpc/lds/inbound/0.0.0.0:50051";
  const struct = (members: object) => ({ structValue: { fields: members } });
  const chainsOf = async (labels: object) => {
    const id = "sidecar~127.0.0.9~hand.lab~lab.svc.cluster.local";
    const metadata = { fields: { GENERATOR: { stringValue: "grpc" }, LABELS: struct(labels) } };
    using client = new HandClient(plane.uri, { id, metadata });
    const { resources } = await client.take("LDS", [name]);
    return resources[0]?.filter_chains;
  };
  const transportSocket = { name: "envoy.transport_sockets.tls" };
  const inMesh = await chainsOf({ "security.istio.io/tlsMode": { stringValue: "istio" } });
  expect(inMesh).toMatchObject([{ name: "inbound-mtls", transport_socket: transportSocket }]);
  expect(await chainsOf({})).toMatchObject([{ name: "inbound-plaintext" }]);
});
