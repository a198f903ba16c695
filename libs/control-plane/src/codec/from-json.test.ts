import { expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { envoyProtos } from "./envoy-protos.ts";
import { encodeJson } from "./from-json.ts";

const typeNamed = (name: string) => envoyProtos().lookupType(`envoy.config.${name}`);

function roundTrip(name: string, json: JsonObject): object {
  const type = typeNamed(name);
  return type.toObject(type.decode(encodeJson(type, json)), { enums: String, longs: Number });
}

test("durations, wrappers, enums, maps, structs and 64-bit numbers as text are encoded as protobuf says", () => {
  const json = {
    name: "c",
    connectTimeout: "1.25s",
    lbPolicy: "RING_HASH",
    ringHashLbConfig: { minimumRingSize: "1024" },
    respectDnsTtl: true,
    metadata: { filterMetadata: { istio: { list: [1, "two", null, { three: false }] } } },
    altStatName: undefined,
  };
  expect(roundTrip("cluster.v3.Cluster", json)).toMatchObject({
    name: "c",
    connect_timeout: { seconds: 1, nanos: 250_000_000 },
    lb_policy: "RING_HASH",
    ring_hash_lb_config: { minimum_ring_size: { value: 1024 } },
    respect_dns_ttl: true,
    metadata: {
      filter_metadata: {
        istio: {
          fields: {
            list: {
              listValue: {
                values: [
                  { numberValue: 1 },
                  { stringValue: "two" },
                  { nullValue: "NULL_VALUE" },
                  { structValue: { fields: { three: { boolValue: false } } } },
                ],
              },
            },
          },
        },
      },
    },
  });
});

test("an Any packs the message that its @type names", () => {
  const url = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";
  const json = { name: "l", apiListener: { apiListener: { "@type": url, suppressEnvoyHeaders: true } } };
  expect(roundTrip("listener.v3.Listener", json)).toMatchObject({ api_listener: { api_listener: { type_url: url } } });
});

test.each([
  [{ nam: "c" }, 'Cluster: envoy.config.cluster.v3.Cluster has no field "nam"'],
  [{ connectTimeout: "soon" }, 'Cluster.connectTimeout: soon is not a duration such as "1.5s"'],
  [{ lbPolicy: "BEST" }, "Cluster.lbPolicy: envoy.config.cluster.v3.Cluster.LbPolicy has no BEST"],
  [{ circuitBreakers: { thresholds: {} } }, "Cluster.circuitBreakers.thresholds: expected a list"],
  [{ circuitBreakers: [] }, "Cluster.circuitBreakers: expected an object"],
  [{ transportSocket: { typedConfig: {} } }, 'Cluster.transportSocket.typedConfig: an Any needs "@type"'],
])("%j is refused", (json, message) => {
  expect(() => encodeJson(typeNamed("cluster.v3.Cluster"), json)).toThrow(message);
});
