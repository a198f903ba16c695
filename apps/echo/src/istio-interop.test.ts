import { hostname } from "node:os";
import { Client, credentials, status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { type ForwardFields, forward, valuesOf } from "./testing/echo-call.ts";
import { findTool, runTool, startIstioServer } from "./testing/echo-tools.ts";
import { startHeldEcho } from "./testing/held-echo.ts";
import { startTestEcho, type TestEcho } from "./testing/test-echo.ts";

const istioClient = findTool("istio-echo-client");
const istioServer = findTool("istio-echo-server");
const grpcurl = findTool("grpcurl");

/** Names in its title what is missing, so that a skipped group says why. */
function group(title: string, tools: Readonly<Record<string, string | undefined>>, tests: () => void): void {
  const missing = Object.keys(tools).filter((name) => tools[name] === undefined);
  const reason = ` (skipped: no ${missing.join(", ")} in LAB_ECHO_TOOLS or on the PATH)`;
  describe.skipIf(missing.length > 0)(missing.length > 0 ? title + reason : title, tests);
}

group("Istio's client", { "istio-echo-client": istioClient, "istio-echo-server": istioServer }, () => {
  const args = ["--count=3", "--msg=hi", "-H", "X-A: b", "-H", "Host: echo.example"];

  test("gets the same gRPC answer from this server as from Istio's", async () => {
    await using pod = await startTestEcho({ POD_NAME: hostname() });
    await using istio = await startIstioServer(istioServer ?? "");
    const ours = await clientOutput(`grpc://${pod.address}`, args);
    const theirs = await clientOutput(`grpc://${istio.grpcAddress}`, args);
    // Sent by every grpc-js server, and by no grpc-go server.
    const grpcJs = (line: string) => /ResponseHeader=(date|grpc-accept-encoding)/.test(line);
    expect(ours.filter((line) => !grpcJs(line)).map((line) => line.replace("grpc+proto", "grpc"))).toEqual(theirs);
  });

  test("gets the same HTTP answer from this server as from Istio's", async () => {
    await using pod = await startTestEcho({ POD_NAME: hostname() });
    await using istio = await startIstioServer(istioServer ?? "");
    const path = "/a%2fb/../c?headers=x-r:s&codes=418";
    const ours = await clientOutput(pod.httpUrl + path, args);
    expect(ours).toEqual(await clientOutput(`http://${istio.httpAddress}${path}`, args));
  });
});

group("ForwardEcho", { "istio-echo-server": istioServer }, () => {
  test.each(["grpc", "http"] as const)("calls Istio's %s server as Istio's own does", async (kind) => {
    await using pod = await startTestEcho();
    await using istio = await startIstioServer(istioServer ?? "");
    const url = kind === "grpc" ? `grpc://${istio.grpcAddress}` : `http://${istio.httpAddress}/a?b=c`;
    const headers = [
      { key: "X-A", value: "b" },
      // Of a name in two spellings Istio's gRPC sender keeps one value, and not always the same.
      ...(kind === "http" ? [{ key: "x-a", value: "c" }] : []),
      { key: "Host", value: "echo.example" },
    ];
    const { ours, theirs } = await forwardBoth(pod, istio.grpcAddress, { url, headers, count: 3, message: "hi" });
    expect([ours.code, theirs.code]).toEqual([status.OK, status.OK]);
    // Each client has its own name and encodings, of which the length of the answer follows.
    const ownOfClient = (line: string) => /(user-agent|accept-encoding|ResponseHeader=Content-Length)/i.test(line);
    const lines = (output: readonly string[]) => comparable(output.join("")).filter((line) => !ownOfClient(line));
    expect(lines(ours.output)).toEqual(lines(theirs.output));
  });

  test.each<[string, ForwardFields]>([
    ["no scheme", { url: "nothing" }],
    ["an unknown scheme", { url: "gopher://a" }],
  ])("refuses %s in Istio's words", async (_what, request) => {
    await using pod = await startTestEcho();
    await using istio = await startIstioServer(istioServer ?? "");
    const { ours, theirs } = await forwardBoth(pod, istio.grpcAddress, request);
    expect(ours).toEqual(theirs);
  });

  test("tells that time is up as Istio does", async () => {
    await using pod = await startTestEcho();
    await using istio = await startIstioServer(istioServer ?? "");
    await using other = await startHeldEcho();
    const request = { url: `grpc://${other.address}`, count: 2, timeoutMicros: 100_000n };
    const { ours, theirs } = await forwardBoth(pod, istio.grpcAddress, request);
    // The set of requests, each request and the called server all have the same time: whose is up first is told.
    const first =
      /^(request set timed out after 100ms and only 0\/2 requests completed \(0s avg\)|2\/2 requests had errors; first error: rpc error: code = DeadlineExceeded desc = .*)$/;
    for (const { details } of [ours, theirs]) expect(details).toMatch(first);
    expect({ ...ours, details: "" }).toEqual({ ...theirs, details: "" });
  });

  test("words a failure as Istio does, up to the reason", async () => {
    await using pod = await startTestEcho();
    await using istio = await startIstioServer(istioServer ?? "");
    const { ours, theirs } = await forwardBoth(pod, istio.grpcAddress, { url: "grpc://127.0.0.1:1", count: 2 });
    const head = "2/2 requests had errors; first error: rpc error: code = Unavailable desc = ";
    expect([ours.details.slice(0, head.length), theirs.details.slice(0, head.length)]).toEqual([head, head]);
    expect(ours.code).toBe(theirs.code);
  });
});

group("grpcurl, as the walk-through calls it", { grpcurl }, () => {
  test("needs no .proto file, and its output can be grepped for the pod", async () => {
    await using pod = await startTestEcho();
    const data = JSON.stringify({
      url: `grpc://${pod.address}`,
      count: 5,
      timeout_micros: 20_000_000,
      expectedResponse: "v1",
    });
    const method = "proto.EchoTestService/ForwardEcho";
    const ran = await runTool(grpcurl ?? "", ["-plaintext", "-d", data, `127.0.0.1:${pod.ports.plainGrpc}`, method]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const { output } = JSON.parse(ran.stdout) as { output: string[] };
    expect(output.join("").match(/^\[\d body\] Hostname=.*$/gm)).toEqual(
      [0, 1, 2, 3, 4].map((id) => `[${id} body] Hostname=echo-a`),
    );
  });

  test("shows a failure as the walk-through does", async () => {
    await using pod = await startTestEcho();
    const method = "proto.EchoTestService/ForwardEcho";
    const data = JSON.stringify({ url: "grpc://127.0.0.1:1", count: 1 });
    const ran = await runTool(grpcurl ?? "", ["-plaintext", "-d", data, `127.0.0.1:${pod.ports.plainGrpc}`, method]);
    expect(ran.stderr).toMatch(
      /^ERROR:\n {2}Code: Unknown\n {2}Message: 1\/1 requests had errors; first error: rpc error: /,
    );
  });
});

async function clientOutput(url: string, args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runTool(istioClient ?? "", [...args, url]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(valuesOf([stdout], "Hostname")).toHaveLength(3);
  return comparable(stdout);
}

async function forwardBoth(pod: TestEcho, istioAddress: string, request: ForwardFields) {
  const istio = new Client(istioAddress, credentials.createInsecure());
  try {
    return { ours: await forward(pod.client, request), theirs: await forward(istio, request) };
  } finally {
    istio.close();
  }
}

/** The lines of all outputs, sorted, as Go prints headers in any order; what differs from run to run is left out. */
function comparable(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.startsWith("["));
  const steady = lines.map((line) =>
    line
      .replace(/(Latency|ActiveRequests|ServicePort|Url)=.*/, "$1=")
      .replace(/(ResponseHeader=(?:Date|Content-Length)):.*/, "$1")
      .replace(/(Host=|:authority:)127\.0\.0\.1:\d+/, "$1"),
  );
  return steady.toSorted();
}
