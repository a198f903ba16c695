import type { Hop, Mode, PathSettings } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { MODES, modeNamed } from "../modes.ts";
import * as traits from "./path-traits.ts";

const SETTINGS: PathSettings = {
  timings: { dnsTtlMs: 2_000, dnsRefreshMs: 500 },
  pushMs: 1_000,
  maxAgeMs: 0,
  dnsMinIntervalMs: 1_000,
  keepaliveMs: 0,
  retry: "off",
  proxyRetries: undefined,
  proxyWorkers: 1,
};
const path = (name: string, settings: Partial<PathSettings> = {}) => modeNamed(name).path({ ...SETTINGS, ...settings });
/** Those that are told apart here, whatever others there are. */
const SIX = ["plain", "headless", "watch", "envoy", "sidecar", "proxyless"];
const modesThat = (holds: (mode: Mode) => boolean) => SIX.filter((name) => holds(modeNamed(name)));

describe("a path", () => {
  it("begins in the client, and ends in or before the pod", () => {
    for (const mode of MODES) expect(mode.path(SETTINGS)[0]).toMatchObject({ at: "client", unit: "call" });
  });

  it("has one hop that decides which pod answers, and one that holds the connections to the applications", () => {
    const names = (name: string) => [traits.balancerOf(path(name)).name, traits.lastL7Hop(path(name)).name];
    expect(names("plain")).toEqual(["kube-proxy", "the client's channel"]);
    expect(names("headless")).toEqual(["the client's channel", "the client's channel"]);
    expect(names("envoy")).toEqual(["Envoy", "Envoy"]);
    expect(names("sidecar")).toEqual(["the client's sidecar", "the pod's sidecar"]);
    expect(traits.lastL7HopOutsidePod(path("sidecar")).name).toBe("the client's sidecar");
  });

  it("tells what is pinned, what hears late, what asks DNS, what a mesh encrypts", () => {
    expect(modesThat((mode) => traits.isPinned(mode.path(SETTINGS)))).toEqual(["plain"]);
    expect(modesThat((mode) => traits.agesDns(mode.path(SETTINGS)))).toEqual(["headless"]);
    expect(modesThat((mode) => traits.learnsFromDns(mode.path(SETTINGS)))).toEqual(["headless", "envoy"]);
    expect(modesThat((mode) => traits.isMeshEncrypted(mode.path(SETTINGS)))).toEqual(["sidecar", "proxyless"]);
  });
});

it("has one pod for a connection where it is pinned, or takes the first pod for every call", () => {
  const picking = (kind: "first" | "rotation") =>
    path("headless").map((hop): Hop => ({ ...hop, pick: { kind, scope: "channel" } }));
  expect(traits.hasOnePodPerConnection(path("plain"))).toBe(true);
  expect(traits.hasOnePodPerConnection(picking("first"))).toBe(true);
  expect(traits.hasOnePodPerConnection(picking("rotation"))).toBe(false);
});

describe("retries", () => {
  const retried = (settings: Partial<PathSettings> = {}) =>
    modesThat((mode) => traits.isRetried(mode.path({ ...SETTINGS, ...settings })));

  it("are Istio's two where Istio is, and those of a proxy where there is one", () => {
    const ruled = (settings: Partial<PathSettings> = {}) =>
      SIX.map((name) => traits.ruledRetries(path(name, settings)));
    expect(ruled()).toEqual([0, 0, 0, 0, 2, 2]);
    expect(ruled({ proxyRetries: 1 })).toEqual([0, 0, 0, 1, 1, 1]);
    expect(modesThat((mode) => traits.hasRuledRetries(mode.path(SETTINGS)))).toEqual(["envoy", "sidecar", "proxyless"]);
  });

  it("are the client's own but under xDS, which replaces its service config", () => {
    const attempts = (name: string, retry: string) => traits.clientOf(path(name, { retry })).retry.attempts;
    expect(attempts("watch", "off")).toBe(1);
    expect(attempts("watch", "4")).toBe(4);
    expect(attempts("sidecar", "hedge:3")).toBe(3);
    expect(attempts("proxyless", "4")).toBe(3);
    expect(modesThat((mode) => traits.hasOwnServiceConfig(mode.path(SETTINGS)))).not.toContain("proxyless");
  });

  it("happen when either tries again", () => {
    expect(retried()).toEqual(["sidecar", "proxyless"]);
    expect(retried({ retry: "2", proxyRetries: 0 })).toEqual(modesThat(({ name }) => name !== "proxyless"));
  });

  it("are not of every call where a proxy repeats only what it could not send", () => {
    const kinds = (settings: Partial<PathSettings>) => {
      const asked = path("traefik", settings);
      return [traits.isRetried(asked), traits.mayBeRetried(asked)];
    };
    expect(kinds({})).toEqual([false, false]);
    expect(kinds({ proxyRetries: 2 })).toEqual([false, true]);
    expect(kinds({ proxyRetries: 2, retry: "2" })).toEqual([true, true]);
  });

  it("cover what was under way on a crashed pod where gRPC, Envoy's `reset` or a proxy in the pod does", () => {
    const covered = (name: string, settings: Partial<PathSettings> = {}) =>
      traits.repeatsCallsUnderWay(path(name, settings));
    expect([covered("sidecar"), covered("proxyless"), covered("watch", { retry: "2" })]).toEqual([true, true, true]);
    expect([covered("envoy", { proxyRetries: 2 }), covered("envoy")]).toEqual([true, false]);
    expect([covered("gateway"), covered("gateway", { retry: "2" }), covered("watch")]).toEqual([false, true, false]);
  });

  it("make so many picks of a call that pods answer UNAVAILABLE, where that is a failure to who retries", () => {
    const picks = (name: string, settings: Partial<PathSettings> = {}) =>
      traits.picksUntilAnswered(path(name, settings));
    expect([picks("watch"), picks("watch", { retry: "3" }), picks("proxyless")]).toEqual([1, 3, 3]);
    // Envoy draws six times for each of two retries; the lab's is not asked to retry by gRPC's status, and HAProxy knows none.
    expect([picks("sidecar"), picks("envoy", { proxyRetries: 2 }), picks("haproxy", { proxyRetries: 2 })]).toEqual([
      13, 1, 1,
    ]);
    expect(picks("sidecar", { retry: "2" })).toBe(26);
  });

  it("multiply over hops, those that heed gRPC's status", () => {
    const attempts = (name: string, settings: Partial<PathSettings> = {}) =>
      traits.attemptsUntilAnswered(path(name, settings));
    expect([attempts("watch"), attempts("sidecar"), attempts("sidecar", { retry: "4" })]).toEqual([1, 3, 12]);
    expect(attempts("envoy", { retry: "4", proxyRetries: 2 })).toBe(4);
  });
});

describe("a client that is made to use another policy", () => {
  const picks = (policy: string | undefined) => (name: string) => path(name, { policy })[0]?.pick.kind;

  it("balances by what is under way where it goes round by a service config of its own", () => {
    const kinds = { least_request: "least request", peak_ewma: "peak ewma" };
    for (const [policy, kind] of Object.entries(kinds))
      expect(["headless", "watch", "plain", "envoy"].map(picks(policy))).toEqual([kind, kind, "first", "first"]);
    for (const policy of [undefined, "pick_first"])
      expect(["headless", "watch"].map(picks(policy))).toEqual(["rotation", "rotation"]);
  });
});

describe("how a hop learns", () => {
  const learn = (name: string, settings: Partial<PathSettings> = {}) => traits.balancerOf(path(name, settings)).learn;

  it("is by pushes, by polls of DNS, or by DNS when a connection drops", () => {
    expect(learn("watch")).toEqual({ by: "pushed", newPod: { ms: 1_000, sum: "a push" }, staleMs: 0 });
    expect(learn("envoy")).toEqual({
      by: "polled DNS",
      newPod: { ms: 3_500, sum: "DNS refresh + DNS TTL + 1 s" },
      staleMs: 2_500,
    });
    expect(learn("headless")).toEqual({ by: "aged DNS", newPod: undefined, staleMs: 3_000 });
    expect(learn("headless", { maxAgeMs: 10_000 }).newPod?.ms).toBe(1.1 * 10_000 + 3_000);
  });

  it("takes a delay that does not exist for none", () => {
    expect(learn("envoy", { timings: {} })).toMatchObject({ staleMs: 0 });
  });
});
