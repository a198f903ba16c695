import { expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { envoyProtos } from "./envoy-protos.ts";
import { encodeJson } from "./from-json.ts";
import { decodeAny, decodeJson } from "./to-json.ts";

const CLUSTER = envoyProtos().lookupType("envoy.config.cluster.v3.Cluster");

const roundTrip = (json: JsonObject) => decodeJson(CLUSTER, encodeJson(CLUSTER, json));

test("durations, wrappers, enums, maps, structs, packed messages and 64-bit numbers come back as they were", () => {
  const tls = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  const json = {
    name: "c",
    type: "EDS",
    connectTimeout: "1.25s",
    cleanupInterval: "-0.5s",
    lbPolicy: "RING_HASH",
    ringHashLbConfig: { minimumRingSize: "1024" },
    commonLbConfig: { closeConnectionsOnHostSetChange: true, healthyPanicThreshold: {} },
    circuitBreakers: { thresholds: [{ maxConnections: 0 }] },
    transportSocket: { name: "tls", typedConfig: { "@type": tls, sni: "s" } },
    metadata: { filterMetadata: { istio: { list: [1, "two", null, { three: false }] } } },
  };
  expect(roundTrip(json)).toEqual(json);
});

test("defaults are left out where nothing tells them from what is absent, and maps have one order", () => {
  expect(roundTrip({ name: "", lbPolicy: "ROUND_ROBIN", respectDnsTtl: false, dnsResolvers: [] })).toEqual({});
  const keys = ["b", "a"].map((key) => [key, {}] as const);
  const { metadata } = roundTrip({ metadata: { filterMetadata: Object.fromEntries(keys) } });
  expect(JSON.stringify(metadata)).toBe('{"filterMetadata":{"a":{},"b":{}}}');
});

test("what the Envoy API here does not know is refused rather than lost", () => {
  const withUnknownField = Buffer.concat([encodeJson(CLUSTER, { name: "c" }), Buffer.from([0xfa, 0x7f, 1, 0])]);
  expect(() => decodeJson(CLUSTER, withUnknownField)).toThrow(
    "has fields that envoy.config.cluster.v3.Cluster does not",
  );
  const any = { type_url: "type.googleapis.com/envoy.Unheard", value: new Uint8Array() };
  expect(() => decodeAny(envoyProtos(), any)).toThrow("the type envoy.Unheard is not known here");
});
