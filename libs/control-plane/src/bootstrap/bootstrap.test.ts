import { expect, test } from "vitest";
import { proxyOf } from "../model/proxy.ts";
import { sidecarBootstrap } from "./sidecar-bootstrap.ts";

test("a proxy is read from its node as Istio writes it; a foreign one by its user agent", () => {
  const locality = { region: "r", zone: "a" };
  const id = "sidecar~10.244.0.6~client-6b9d7c74f8-55mjz.px~px.svc.cluster.local";
  expect(proxyOf({ id, userAgentName: "envoy", metadata: {}, labels: { app: "client" }, locality })).toEqual({
    id,
    kind: "sidecar",
    ip: "10.244.0.6",
    namespace: "px",
    labels: { app: "client" },
    locality,
  });
  const metadata = { GENERATOR: "grpc", NAMESPACE: "other" };
  expect(proxyOf({ id, userAgentName: "", metadata, labels: {}, locality })).toMatchObject({
    kind: "proxyless",
    namespace: "other",
  });
  expect(proxyOf({ id: "anything", userAgentName: "gRPC Go", metadata: {}, labels: {}, locality })).toEqual({
    id: "anything",
    kind: "proxyless",
    ip: undefined,
    namespace: "",
    labels: {},
    locality,
  });
});

test("a sidecar's bootstrap names its node, its admin address and its control plane", () => {
  const bootstrap = sidecarBootstrap({
    controlPlane: { host: "127.0.0.1", port: 15010 },
    admin: { host: "127.0.0.1", port: 15000 },
    nodeIp: "127.0.0.2",
    pod: "pod-1",
    locality: { region: "r", zone: "z" },
  });
  expect(bootstrap.node).toMatchObject({
    id: "sidecar~127.0.0.2~pod-1.default~default.svc.cluster.local",
    locality: { region: "r", zone: "z" },
  });
  expect(bootstrap.admin.address.socketAddress.portValue).toBe(15000);
  expect(JSON.stringify(bootstrap.staticResources)).toContain('"portValue":15010');
});
