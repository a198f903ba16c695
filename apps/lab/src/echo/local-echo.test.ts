import { InputError, type LocalEcho } from "@grpc-lb-lab/stage";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { forwardEcho } from "./forward-echo.ts";
import { startEcho } from "./start-echo.ts";

const { signal } = new AbortController();
let echo: LocalEcho;
beforeAll(async () => {
  echo = await startEcho(signal);
}, 60_000);
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

it("running servers and clients follow from plaintext to mutual TLS and back, twice", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < 2; round++) {
    await echo.apply(`${clients("DISABLE")}---\n${servers("DISABLE")}`, signal);
    await vi.waitFor(async () => expect(await callerSeen()).toBe("nobody"), { timeout: 30_000, interval: 200 });
    await echo.apply(`${clients("ISTIO_MUTUAL")}---\n${servers("STRICT")}`, signal);
    const caller = "spiffe://cluster.local/ns/echo-grpc/sa/default";
    await vi.waitFor(async () => expect(await callerSeen()).toBe(caller), { timeout: 30_000, interval: 200 });
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
  expect(await echo.apply(toSubset("v1"), signal)).toEqual(["VirtualService/echo"]);
});

it("rules that a pod rejects are told with its reason", async () => {
  const policy = rule(
    "DestinationRule",
    "networking",
    "{host: echo, trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}",
  );
  const other = rule("VirtualService", "networking", "{hosts: [echo], http: []}");
  // A pod hears of a Service while it calls it.
  const calling = forwardEcho(echo.pods[0]?.plainAddress ?? "", { url: echo.target, count: 200, qps: 50 }, signal);
  const refused = vi.waitFor(
    () => expect(echo.apply(`${policy}---\n${other}`, signal)).rejects.toThrow(/rejected .*LEAST_REQUEST/is),
    { timeout: 30_000 },
  );
  const [{ error }] = await Promise.all([calling, refused]);
  expect(error).toContain("LEAST_REQUEST");
  expect(echo.problems).toEqual([expect.stringContaining("echo-v1")]);
});
