import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalEcho } from "@grpc-lb-lab/stage";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freePort } from "../testing/free-port.ts";
import { lab, temporaryFolder } from "../testing/lab-process.ts";
import { forwardEcho } from "./forward-echo.ts";
import { serveRules } from "./rules-server.ts";
import { startEcho } from "./start-echo.ts";

const { signal } = new AbortController();
let echo: LocalEcho;
beforeAll(async () => {
  echo = await startEcho(signal);
});
afterAll(() => echo?.[Symbol.asyncDispose]());

const rule = (kind: string, api: string, spec: string) =>
  `apiVersion: ${api}.istio.io/v1\nkind: ${kind}\nmetadata: {name: echo}\nspec: ${spec}\n`;
const clients = (mode: string) =>
  rule("DestinationRule", "networking", `{host: echo, trafficPolicy: {tls: {mode: ${mode}}}}`);
const servers = (mode: string) => rule("PeerAuthentication", "security", `{mtls: {mode: ${mode}}}`);

/** One request from v1: the caller's SPIFFE ID, `nobody`, or the error. */
async function callerSeen(): Promise<string> {
  const { calls, error } = await forwardEcho(echo.pods[0]?.plainAddress ?? "", { url: echo.target }, signal);
  return error ?? calls[0]?.callerSpiffeId ?? "nobody";
}

it("running servers and clients follow from plaintext to mutual TLS and back, twice", async () => {
  for (let round = 0; round < 2; round++) {
    await echo.apply(`${clients("DISABLE")}---\n${servers("DISABLE")}`, signal);
    await vi.waitFor(async () => expect(await callerSeen()).toBe("nobody"), { timeout: 60_000, interval: 200 });
    await echo.apply(`${clients("ISTIO_MUTUAL")}---\n${servers("STRICT")}`, signal);
    const caller = "spiffe://cluster.local/ns/echo-grpc/sa/default";
    await vi.waitFor(async () => expect(await callerSeen()).toBe(caller), { timeout: 60_000, interval: 200 });
  }
  expect(echo.problems).toEqual([]);
});

it("rules that cannot be are refused, and those before stay", async () => {
  await echo.apply(
    rule("DestinationRule", "networking", "{host: echo, subsets: [{name: v1, labels: {version: v1}}]}"),
    signal,
  );
  const toSubset = (subset: string) =>
    rule(
      "VirtualService",
      "networking",
      `{hosts: [echo], http: [{route: [{destination: {host: echo, subset: ${subset}}}]}]}`,
    );
  await expect(echo.apply(toSubset("v9"), signal)).rejects.toThrow(InputError);
  await expect(echo.apply(toSubset("v9"), signal)).rejects.toThrow("v9");
  expect(await echo.apply(toSubset("v1"), signal)).toEqual({ names: ["VirtualService/echo"], notes: [] });
});

it("rules that a pod rejects are told with its reason, the rule and the field, and the next rule is not blamed", async () => {
  const policy = rule(
    "DestinationRule",
    "networking",
    "{host: echo, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}",
  );
  const other = rule("VirtualService", "networking", "{hosts: [echo], http: []}");
  // A pod hears of a Service while it calls it.
  const calling = forwardEcho(echo.pods[0]?.plainAddress ?? "", { url: echo.target, count: 200, qps: 50 }, signal);
  const refused = vi.waitFor(
    () =>
      expect(echo.apply(`${policy}---\n${other}`, signal)).rejects.toThrow(
        /but echo-v1\.echo-grpc rejected CDS \(NACK\) because of DestinationRule\/echo, spec\.trafficPolicy\.loadBalancer\.simple: .*LEAST_REQUEST/is,
      ),
    { timeout: 60_000 },
  );
  const [{ error }] = await Promise.all([calling, refused]);
  expect(error).toContain("LEAST_REQUEST");
  expect(echo.problems).toEqual([expect.stringContaining("echo-v1")]);
  expect(echo.ruleStates.rejections).toEqual([expect.stringContaining("because of DestinationRule/echo")]);
  const { names, notes } = await echo.apply(other, signal);
  expect([names, notes]).toEqual([
    ["VirtualService/echo"],
    [expect.stringContaining("because of DestinationRule/echo")],
  ]);
});

const ofHeader = (fault: string) =>
  rule(
    "VirtualService",
    "networking",
    `{hosts: [echo], http: [{match: [{headers: {x-any: {}}}], fault: ${fault}, route: [{destination: {host: echo}}]}, {route: [{destination: {host: echo}}]}]}`,
  );

it("an abort of calls with a header, whatever its value, is obeyed; one that gRPC rejects is told with its field, and calls wait until it is mended", async () => {
  const address = echo.pods[0]?.plainAddress ?? "";
  const aborted = ofHeader("{abort: {grpcStatus: NOT_FOUND, percentage: {value: 100}}}");
  expect(await echo.apply(`${clients("DISABLE")}---\n${servers("DISABLE")}---\n${aborted}`, signal)).toMatchObject({
    notes: [],
  });
  const headers = [{ key: "x-any", value: "thing" }];
  await vi.waitFor(
    async () =>
      expect((await forwardEcho(address, { url: echo.target, headers }, signal)).error).toMatch(
        /code = NotFound desc = Fault injected/,
      ),
    { timeout: 60_000 },
  );
  expect((await forwardEcho(address, { url: echo.target }, signal)).calls).toHaveLength(1);

  const rejected = ofHeader("{abort: {grpcStatus: NOT_FOUND}}");
  // It fails only if a pod still hears of the Service.
  await Promise.allSettled([echo.apply(rejected, signal)]);
  const waiting = forwardEcho(address, { url: echo.target }, signal);
  await vi.waitFor(
    () =>
      expect(echo.ruleStates.rejections).toEqual([
        expect.stringContaining("rejected RDS (NACK) because of VirtualService/echo, spec.http.0.fault.abort: "),
      ]),
    { timeout: 60_000 },
  );
  await echo.apply(aborted, signal);
  expect((await waiting).calls).toHaveLength(1);
});

it("lab apply, get and delete do what kubectl does, of a folder of files too", async () => {
  const port = await freePort();
  await using _ = await serveRules(echo, port, signal);
  await using folder = await temporaryFolder();
  const route = (name: string) =>
    rule(
      "VirtualService",
      "networking",
      "{hosts: [echo], http: [{timeout: 5s, mirror: {host: echo}, route: [{destination: {host: echo}}]}]}",
    ).replace("name: echo", `name: ${name}`);
  await writeFile(join(folder.path, "1.yaml"), clients("DISABLE"));
  await writeFile(join(folder.path, "2.yml"), `${route("echo")}---\n${route("later")}---\n`);
  const rules = ["--rules-port", String(port)];
  const applied = await lab(["apply", "-f", folder.path, ...rules]);
  expect(applied.stdout).toBe(
    "DestinationRule/echo applied\nVirtualService/echo applied\nVirtualService/later applied\n",
  );
  const ignored = "spec.http.0.mirror: gRPC without a proxy ignores it";
  const hidden = "VirtualService/echo is older, and the oldest for a host counts";
  expect(applied.stderr).toBe(
    [`VirtualService/echo: ${ignored}`, `VirtualService/later: ${hidden}`, `VirtualService/later: ${ignored}`]
      .map((line) => `lab: ${line}\n`)
      .join(""),
  );
  const shown = await lab(["get", ...rules]);
  expect(shown.stdout).toContain(`VirtualService/later\n    ${hidden}\n    ${ignored}\n`);
  const deleted = await lab(["delete", join(folder.path, "2.yml"), ...rules]);
  expect(deleted.stdout).toBe("VirtualService/echo deleted\nVirtualService/later deleted\n");
  const again = await lab(["delete", join(folder.path, "2.yml"), ...rules]);
  expect(again).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^lab: .*2\.yml: there is no VirtualService\/echo; lab get shows what there is\n$/),
  });
});
