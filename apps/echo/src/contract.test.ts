import { EchoTestService, HBONESchema, HeaderSchema, ProxyProtoVersionSchema } from "@grpc-lb-lab/proto";
import { expect, test } from "vitest";

// As Istio's reflection tells them; another number or name would be understood by no program that Istio built.
const FORWARD_ECHO_REQUEST = `
  1 count, 2 qps, 3 timeout_micros timeoutMicros, 4 url, 5 headers, 6 message, 7 http2, 8 serverFirst, 9 method, 10 cert, 11 key, 12 caCert,
  13 alpn, 14 followRedirects, 15 http3, 16 certFile, 17 keyFile, 18 caCertFile, 19 insecureSkipVerify, 20 serverName, 21 expectedResponse,
  22 newConnectionPerRequest, 23 forceDNSLookup, 24 hbone, 25 proxyProtocolVersion, 26 force_ip_family forceIpFamily,
  27 double_hbone doubleHbone, 28 tls_min_version tlsMinVersion, 29 tls_curve_preferences tlsCurvePreferences`;

interface Described {
  readonly fields: readonly { readonly number: number; readonly name: string; readonly jsonName: string }[];
}

test("requests and answers have Istio's numbers, names and JSON names", () => {
  const { echo, forwardEcho } = EchoTestService.method;
  expect([EchoTestService.typeName, echo.name, forwardEcho.name]).toEqual([
    "proto.EchoTestService",
    "Echo",
    "ForwardEcho",
  ]);
  expect(described(forwardEcho.input)).toEqual(FORWARD_ECHO_REQUEST.split(",").map((field) => field.trim()));
  expect(described(echo.input)).toEqual(["1 message"]);
  expect(described(echo.output)).toEqual(["1 message"]);
  expect(described(forwardEcho.output)).toEqual(["1 output"]);
  expect(described(HeaderSchema)).toEqual(["1 key", "2 value"]);
  expect(described(HBONESchema).at(-1)).toBe("9 address");
  expect(ProxyProtoVersionSchema.values.map(({ name }) => name)).toEqual(["NONE", "V1", "V2"]);
});

function described({ fields }: Described): string[] {
  const sorted = fields.toSorted((one, other) => one.number - other.number);
  return sorted.map(({ number, name, jsonName }) => [number, name, ...(name === jsonName ? [] : [jsonName])].join(" "));
}
