import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { ForwardEchoRequestSchema } from "@grpc-lb-lab/proto";
import { expect, test } from "vitest";
import { forwardPlan } from "./forward-plan.ts";

const CONTEXT = { namespace: "echo-grpc", asksDnsServers: false, hasXdsBootstrap: true };
const INT32_MAX = 2_147_483_647;

function plan(fields: MessageInitShape<typeof ForwardEchoRequestSchema>) {
  return forwardPlan(create(ForwardEchoRequestSchema, { url: "grpc://echo:7070", ...fields }), CONTEXT);
}

test("what a request leaves out is as Istio has it", () => {
  expect(plan({})).toEqual({
    target: { kind: "grpc", target: "echo:7070", lbPolicy: "pick_first" },
    count: 1,
    qps: 0,
    timeoutMs: 5_000,
    message: "",
    method: "GET",
    headers: [],
    host: undefined,
    newConnectionPerRequest: false,
    followRedirects: false,
    expectedResponse: undefined,
  });
});

test("the header Host is the authority, in whatever case", () => {
  const { headers, host } = plan({
    headers: [
      { key: "hOst", value: "a" },
      { key: "x", value: "y" },
    ],
  });
  expect([host, headers.map(({ key }) => key)]).toEqual(["a", ["x"]]);
});

test.each([
  ["grpc://echo:7070", "echo:7070", "pick_first"],
  ["GRPC://echo:7070", "echo:7070", "pick_first"],
  ["xds:///echo:7070", "xds:///echo.echo-grpc.svc.cluster.local:7070", "pick_first"],
  ["dns:///echo:7070", "dns:///echo:7070", "round_robin"],
  ["kubernetes:///echo:grpc", "kubernetes:///echo:grpc", "round_robin"],
])("%s is called as %s with %s", (url, target, lbPolicy) => {
  expect(plan({ url }).target).toEqual({ kind: "grpc", target, lbPolicy });
});

test.each([
  ["missing protocol scheme in the request URL: ", { url: "" }],
  ["missing protocol scheme in the request URL: echo", { url: "echo" }],
  ["no protocol handler found for scheme ftp", { url: "ftp://echo:7070" }],
  ["no protocol handler found for scheme https", { url: "https://echo" }],
  ["grpc://echo must end in a host and a port (host:port)", { url: "grpc://echo" }],
  ["xds:///echo must end in a host and a port (host:port)", { url: "xds:///echo" }],
  ["start this server with GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true", { url: "dns://127.0.0.1:53/echo:7070" }],
  ["the request URL is not valid: http://", { url: "http://" }],
  ["count must be from 0 to 100000, not -1", { count: -1 }],
  ["count must be from 0 to 100000, not 2147483647", { count: INT32_MAX }],
  ["qps must be from 0 to 1000000, not -1", { qps: -1 }],
  ["qps must be from 0 to 1000000, not 2147483647", { qps: INT32_MAX }],
  ["timeout_micros must be from 0 to 2147483647000, not -1", { timeoutMicros: -1n }],
  ["timeout_micros must be from 0 to 2147483647000, not 9223372036854775807", { timeoutMicros: 2n ** 63n - 1n }],
  ["this server cannot honour http3, certFile, hbone: leave it out", { http3: true, certFile: "/x", hbone: {} }],
])("refused with UNKNOWN: %s", (reason, fields) => {
  expect(() => plan(fields)).toThrow(reason);
  expect(() => plan(fields)).toThrow(expect.objectContaining({ code: status.UNKNOWN }));
});

test("an xds: URL needs a bootstrap", () => {
  const request = create(ForwardEchoRequestSchema, { url: "xds:///echo:7070" });
  expect(() => forwardPlan(request, { ...CONTEXT, hasXdsBootstrap: false })).toThrow(
    "start this server with GRPC_XDS_BOOTSTRAP",
  );
});
