import { experimental } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { callOnce } from "../testing/call.ts";
import { CallLoop, expectEvenOver } from "../testing/calls.ts";
import type { ApiUnderTest } from "./api-under-test.ts";
import { atTheList, atTheWatch, inTheOpenWatch } from "./fault-cases.ts";
import * as faults from "./faults.ts";
import { LocalApi } from "./local-api.ts";
import { RealApi } from "./real-api.ts";
import { ResolverSetup, sliceOf } from "./resolver-setup.ts";

/** A context of the kubeconfig file: the suite then runs against its API server too. */
const context = process.env.LAB_KUBE_CONTEXT;

const apis: [string, () => Promise<ApiUnderTest>][] = [["the local EndpointSlice API", () => LocalApi.start()]];
if (context !== undefined) apis.push([`the API server of ${context}`, () => RealApi.start(context)]);

describe.each(apis)("against %s", (_, start) => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await start();
  });
  afterAll(() => api?.[Symbol.asyncDispose]());

  describe("spoken to directly", () => {
    test("ready endpoints of all slices are used, as slices come, change and go", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const [a, b, c] = await setup.startPods("a", "b", "c");
      await api.setSlices({ one: sliceOf(a), two: sliceOf(b) });
      const client = setup.client();
      await expectEvenOver(client, "a", "b");
      await api.setSlices({ one: sliceOf(a), two: sliceOf(b), three: sliceOf(c) });
      await expectEvenOver(client, "a", "b", "c");
      await api.setSlices({ one: sliceOf(b), three: sliceOf(c) });
      await expectEvenOver(client, "b", "c");
    });

    test("an endpoint of two slices counts once", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const [a, b] = await setup.startPods("a", "b");
      await api.setSlices({ one: sliceOf(a), copy: sliceOf(a), two: sliceOf(b) });
      await expectEvenOver(setup.client(), "a", "b");
    });

    test("endpoints that serve while they terminate are used when none is ready", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const [a, b] = await setup.startPods("a", "b");
      const unready = sliceOf(a, { conditions: { ready: false, serving: false, terminating: false } });
      const terminating = sliceOf(b, { conditions: { ready: false, serving: true, terminating: true } });
      await api.setSlices({ one: sliceOf(a), two: terminating });
      const client = setup.client();
      await expectEvenOver(client, "a");
      await api.setSlices({ one: unready, two: terminating });
      await expectEvenOver(client, "b");
      await api.setSlices({ one: unready });
      await vi.waitFor(() => expect(callOnce(client)).rejects.toThrow("none of its 1 endpoints is ready"), 60_000);
    });

    test("a Service that does not exist is found when it appears", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const client = setup.client();
      await expect(callOnce(client)).rejects.toThrow(`Service ${api.namespace}/backend: it has no EndpointSlice`);
      const [a] = await setup.startPods("a");
      await api.setSlices({ one: sliceOf(a) });
      await expectEvenOver(client, "a");
    });

    test("pod, node, zone and hints are exposed, and a dual-stack pod is one endpoint", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const [a] = await setup.startPods("a");
      const about = { nodeName: "node-1", zone: "lab-a", hints: { forZones: [{ name: "lab-a" }] } };
      const v4 = sliceOf(a, about);
      const v6 = { ...v4, ...sliceOf(a, { ...about, addresses: ["fd00::1"] }), addressType: "IPv6" } as const;
      await api.setSlices({ six: v6, four: v4 });
      const endpoints: unknown[] = [];
      const listener: experimental.ResolverListener = (result) =>
        endpoints.push(...(result.ok ? result.value : [])) > 0;
      const resolver = experimental.createResolver({ scheme: "kubernetes", path: "backend:grpc" }, listener, {});
      resolver.updateResolution();
      await vi.waitFor(() => expect(endpoints).toHaveLength(1), 60_000);
      resolver.destroy();
      const addresses = [api.podAddress, "fd00::1"].map((host) => ({ host, port: a.port }));
      const kubernetes = { podName: "a", nodeName: "node-1", zone: "lab-a", forZones: ["lab-a"], forNodes: [] };
      expect(endpoints).toEqual([{ addresses, kubernetes }]);
    });

    test("without the Role calls fail and say so; with it they go on", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      const [a] = await setup.startPods("a");
      await api.setSlices({ one: sliceOf(a) });
      await api.grant(false);
      const client = setup.client();
      await expect(callOnce(client)).rejects.toThrow(
        /cannot list resource "endpointslices" in API group "discovery.k8s.io" in the namespace .*bind a Role/,
      );
      await api.grant(true);
      await expectEvenOver(client, "a");
    });

    test("a token that is none fails calls and says so", async () => {
      await using setup = await ResolverSetup.start(api, "direct");
      await setup.writeToken("nonsense");
      await expect(callOnce(setup.client())).rejects.toThrow("401 Unauthorized; check that the token");
    });
  });

  test("a token that is refused is survived, and the next one taken from its file", async () => {
    await using setup = await ResolverSetup.start(api);
    const { b, client } = await setup.startFollowing();
    await using _calls = new CallLoop(client);
    await api.rotateToken();
    setup.proxy.toWatches((response) => response.destroy());
    const watches = setup.proxy.counts.watch;
    await vi.waitFor(() => expect(setup.proxy.counts.watch).toBeGreaterThan(watches + 1), 60_000);
    await setup.writeToken(api.token);
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
  });

  test.each(atTheList)("%s at the list", async (_fault, fault, lists) => {
    await using setup = await ResolverSetup.start(api, { responseTimeoutMs: 2_000 });
    const [a] = await setup.startPods("a");
    await api.setSlices({ one: sliceOf(a) });
    setup.proxy.next("list", fault);
    await expectEvenOver(setup.client(), "a");
    expect(setup.proxy.counts.list).toBe(lists);
  });

  test.each(atTheWatch)("%s at the start of the watch", async (_fault, fault, lists) => {
    await using setup = await ResolverSetup.start(api, { responseTimeoutMs: 2_000 });
    setup.proxy.next("watch", fault);
    const { b, client } = await setup.startFollowing();
    await using _calls = new CallLoop(client);
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(lists);
  });

  test("a version that the API server has forgotten", async () => {
    await using setup = await ResolverSetup.start(api);
    setup.proxy.next("watch", faults.askForForgottenVersion);
    const { b, client } = await setup.startFollowing();
    // No calls meanwhile: an API server in its first minutes still remembers all, and replays it, deletions included.
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBeOneOf(api instanceof LocalApi ? [2] : [1, 2]);
  });

  test("a watch whose time is over", async () => {
    await using setup = await ResolverSetup.start(api);
    setup.proxy.next("watch", faults.watchForASecond);
    const { b, client } = await setup.startFollowing();
    await using _calls = new CallLoop(client);
    await vi.waitFor(() => expect(setup.proxy.counts.watch).toBe(2), 60_000);
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(1);
  });

  test("410 at the list that follows a 410 of the watch", async () => {
    await using setup = await ResolverSetup.start(api);
    const { b, client } = await setup.startFollowing();
    await vi.waitFor(() => expect(setup.proxy.openWatches).toBe(1), 60_000);
    await using _calls = new CallLoop(client);
    setup.proxy.next("list", faults.refuseWith(410));
    setup.proxy.toWatches(faults.endWithError(410));
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(3);
  });

  test.each(inTheOpenWatch)("%s in the open watch", async (_fault, inject, lists) => {
    await using setup = await ResolverSetup.start(api);
    const { b, client } = await setup.startFollowing();
    await vi.waitFor(() => expect(setup.proxy.openWatches).toBe(1), 60_000);
    await using _calls = new CallLoop(client);
    inject(setup.proxy);
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(lists);
  });

  test("a half-open watch", async () => {
    await using setup = await ResolverSetup.start(api, { idleTimeoutMs: 1_000 });
    const { b, client } = await setup.startFollowing();
    await vi.waitFor(() => expect(setup.proxy.openWatches).toBe(1), 60_000);
    await using _calls = new CallLoop(client);
    setup.proxy.alterWatches(faults.swallow);
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(1);
  });

  test("an API server that goes away and comes back", async () => {
    await using setup = await ResolverSetup.start(api);
    const { b, client } = await setup.startFollowing();
    await using _calls = new CallLoop(client);
    await setup.proxy.close();
    await api.setSlices({ one: sliceOf(b) });
    await expectEvenOver(client, "a");
    await setup.proxy.open();
    await expectEvenOver(client, "b");
    expect(setup.proxy.counts.list).toBe(1);
  });
});
