import { expect, it, vi } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { startPod } from "../testing/start-pod.ts";
import { twoFamilyDns } from "../testing/two-family-dns.ts";
import type { Upstream } from "./nginx-conf.ts";
import { answerByAddress, call, startTestNginx } from "./testing/test-nginx.ts";

const NAME = "backend-headless.lab.svc.cluster.local";
const PATIENT = { timeout: 60_000, interval: 20 };

/** Pods by what DNS says of them now, and nginx as the mode configures it for that. */
async function podsInDns() {
  const pod = await startPod(answerByAddress);
  const hosts = { A: ["127.0.0.1"], AAAA: [] as string[] };
  const dns = await twoFamilyDns(NAME, hosts);
  const upstream: Upstream = {
    zone: true,
    resolve: "again and again",
    backend: { host: NAME, port: pod.port },
    resolver: { host: dns.host, port: dns.port },
    dnsRefreshMs: 1_000,
  };
  const dispose = () => {
    dns[Symbol.dispose]();
    pod[Symbol.dispose]();
  };
  return { upstream, hosts, pod, [Symbol.dispose]: dispose };
}

it("nginx asks DNS again: a new pod gets its part, one that has gone gets none", async () => {
  using pods = await podsInDns();
  await using nginx = await startTestNginx({ upstream: pods.upstream });
  using client = await connectClient(nginx.address);
  const answering = async () =>
    new Set((await Promise.all([1, 2, 3, 4].map(() => call(client)))).map(({ pod }) => pod));
  await vi.waitFor(async () => expect(await answering()).toEqual(new Set(["127.0.0.1"])), PATIENT);
  pods.hosts.A.push("127.0.0.2");
  await vi.waitFor(async () => expect(await answering()).toEqual(new Set(["127.0.0.1", "127.0.0.2"])), PATIENT);
  pods.hosts.A.shift();
  await vi.waitFor(async () => expect(await answering()).toEqual(new Set(["127.0.0.2"])), PATIENT);
});

it.each([
  ["resolve", (conf: string) => conf.replace(" resolve;", ";"), "host not found in upstream"],
  ["its zone", (conf: string) => conf.replace(/zone backend .*;/, ""), "resolving names at run time requires upstream"],
  ["the resolver", (conf: string) => conf.replace(/resolver .*;/, ""), "no resolver defined to resolve"],
])("without %s nginx does not start where only DNS knows the pods", async (_, change, why) => {
  using pods = await podsInDns();
  await expect(startTestNginx({ upstream: pods.upstream, change })).rejects.toThrow(why);
});

it("nginx that has resolved once knows the pods of then for ever", async () => {
  using pods = await podsInDns();
  const backends = pods.hosts.A.map((host) => ({ host, port: pods.pod.port }));
  await using nginx = await startTestNginx({ upstream: { zone: false, resolve: "once", backends } });
  await using asking = await startTestNginx({ upstream: pods.upstream });
  using client = await connectClient(nginx.address);
  using client2 = await connectClient(asking.address);
  pods.hosts.A.push("127.0.0.2");
  // By then the other one, which asks again and again, has told of both.
  await vi.waitFor(async () => expect((await call(client2)).pod).toBe("127.0.0.2"), PATIENT);
  const answering = await Promise.all([1, 2, 3, 4].map(() => call(client)));
  expect(new Set(answering.map(({ pod }) => pod))).toEqual(new Set(["127.0.0.1"]));
});
