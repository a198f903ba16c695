import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ChannelOptions, credentials, experimental, Metadata, status } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { loadBalancerClass } from "./endpoint-balancer.ts";
import { spiedPolicy } from "./testing/spied-policy.ts";
import { TestChannel } from "./testing/test-channel.ts";
import { startPods, TestPod } from "./testing/test-pod.ts";

// Each way that a picked call may take through grpc-js's LoadBalancingCall: all of them leave the counts at zero.

/** A channel of a policy whose counts are seen, connected to all pods. */
async function connected(pods: readonly TestPod[], serviceConfig: object = {}, options: ChannelOptions = {}) {
  const policy = spiedPolicy(`spied_${Math.random()}`);
  experimental.registerLoadBalancerType(policy.name, loadBalancerClass(policy), policy.Config);
  const loadBalancingConfig = [{ [policy.name]: {} }];
  const channel = new TestChannel(loadBalancingConfig, pods, {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig, ...serviceConfig }),
    ...options,
  });
  await channel.reach(...pods);
  policy.ends.length = 0;
  policy.picks.length = 0;
  return { channel, policy, [Symbol.dispose]: () => channel[Symbol.dispose]() };
}

const zero = async (policy: { inFlight(): number }) => {
  await nextTurn();
  await nextTurn();
  expect(policy.inFlight()).toBe(0);
};

test("calls of a burst count before the first of them starts", async () => {
  using pods = await startPods(2);
  using with2 = await connected(pods);
  const { channel, policy } = with2;
  await Promise.all(Array.from({ length: 100 }, () => channel.call()));
  expect(policy.picks).toEqual(Array.from({ length: 100 }, (_, before) => before));
  expect(policy.ends).toHaveLength(100);
  await zero(policy);
});

test("a call that its caller cancels when it is picked, after it has started, and when it has ended", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  const early = channel.call();
  policy.onPick = () => early.cancel();
  await expect(early).rejects.toMatchObject({ code: status.CANCELLED });
  policy.onPick = undefined;
  await zero(policy);
  expect([policy.picks.length, pods[0]?.streams]).toEqual([1, 1]);
  expect(policy.ends).toEqual([]);

  const reached = Promise.withResolvers<void>();
  const [pod] = pods;
  if (pod === undefined) throw new Error("no pod");
  pod.onCall = () => {
    reached.resolve();
    return new Promise(() => undefined);
  };
  const late = channel.call();
  await reached.promise;
  expect(policy.inFlight()).toBe(1);
  late.cancel();
  late.cancel();
  await expect(late).rejects.toMatchObject({ code: status.CANCELLED });
  await zero(policy);
  expect(policy.ends).toEqual([status.CANCELLED]);

  pod.onCall = undefined;
  const over = channel.call();
  await over;
  over.cancel();
  await zero(policy);
  expect(policy.ends).toEqual([status.CANCELLED, status.OK]);
});

test("a call that meets its deadline", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  for (const pod of pods) pod.onCall = () => new Promise(() => undefined);
  expect(await channel.code({ deadline: Date.now() + 50 })).toBe(status.DEADLINE_EXCEEDED);
  expect(await channel.code({ deadline: Date.now() - 50 })).toBe(status.DEADLINE_EXCEEDED);
  await zero(policy);
});

test("a call whose credentials come late counts from its start, one whose credentials fail or never come does not", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  const asked: ((error: Error | null, metadata?: Metadata) => void)[] = [];
  const own = { credentials: credentials.createFromMetadataGenerator((_, callback) => asked.push(callback)) };
  const hold = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  for (const pod of pods)
    pod.onCall = () => {
      reached.resolve();
      return hold.promise;
    };

  const late = channel.call(own);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await zero(policy);
  asked.shift()?.(null, new Metadata());
  await reached.promise;
  expect(policy.inFlight()).toBe(1);
  hold.resolve();
  expect(await late).toBe("pod-0");
  await zero(policy);
  expect(policy.ends).toEqual([status.OK]);

  const fails = channel.code(own);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked.shift()?.(new Error("no token"));
  expect(await fails).toBe(status.UNKNOWN);
  const never = channel.call(own);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  never.cancel();
  await expect(never).rejects.toMatchObject({ code: status.CANCELLED });
  await zero(policy);
  expect(policy.ends).toEqual([status.OK]);
});

test("a call that grpc-js fails for two authorizations, and tries to start all the same", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  const authorization = (value: string) => {
    const metadata = new Metadata();
    metadata.set("authorization", value);
    return metadata;
  };
  const own = credentials.createFromMetadataGenerator((_, callback) => callback(null, authorization("b")));
  expect(await channel.code({ credentials: own }, authorization("a"))).toBe(status.INTERNAL);
  await zero(policy);
  // Of a call that it has failed already grpc-js would tell the start and no end. But Node.js's http2 takes one authorization and no more, and throws.
  expect([policy.picks.length, policy.ends.length]).toEqual([1, 0]);
});

test("a call whose stream cannot be opened", async () => {
  using pods = await startPods(1);
  // With retries grpc-js tries such a call again until its deadline.
  using with1 = await connected(pods, {}, { "grpc.enable_retries": 0 });
  const { channel, policy } = with1;
  const metadata = new Metadata();
  // HTTP/2 has no such header, and Node.js's http2 throws.
  metadata.set("connection", "close");
  expect(await channel.code({}, metadata)).toBe(status.INTERNAL);
  await zero(policy);
  expect([policy.picks.length, policy.ends.length]).toEqual([1, 0]);
});

test("calls whose server goes away, and the endpoint's next calls after it has come back", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  const [pod] = pods;
  if (pod === undefined) throw new Error("no pod");
  const reached = Promise.withResolvers<void>();
  pod.onCall = () => {
    if (pod.calls >= 11) reached.resolve();
    return new Promise(() => undefined);
  };
  const codes = Array.from({ length: 10 }, () => channel.code());
  await reached.promise;
  expect(policy.inFlight()).toBe(10);
  pod[Symbol.dispose]();
  expect(await Promise.all(codes)).not.toContain(status.OK);
  await zero(policy);
  expect(policy.ends).toHaveLength(10);
  using back = await TestPod.start("back", pod.port);
  const metadata = new Metadata({ waitForReady: true });
  expect(await channel.call({}, metadata)).toBe("back");
  expect(back.calls).toBe(1);
  await zero(policy);
  expect(policy.loads).toHaveLength(1);
});

test("streams count until they are cancelled", async () => {
  using pods = await startPods(2);
  using with2 = await connected(pods);
  const { channel, policy } = with2;
  const streams = Array.from({ length: 10 }, () => channel.open());
  await Promise.all(streams.map((stream) => once(stream, "data")));
  expect(policy.inFlight()).toBe(10);
  const ended = streams.map((stream) => {
    stream.on("error", () => undefined);
    return new Promise((resolve) => stream.on("status", resolve));
  });
  for (const stream of streams) stream.cancel();
  await Promise.all(ended);
  await zero(policy);
  expect(policy.ends).toEqual(streams.map(() => status.CANCELLED));
});

test("each attempt of a retried call, and of a hedged one the attempts that are cut off, too", async () => {
  using pods = await startPods(3);
  const name = [{}];
  const codes = ["UNAVAILABLE"];
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: "0.01s",
    maxBackoff: "0.01s",
    backoffMultiplier: 1,
    retryableStatusCodes: codes,
  };
  using retrying = await connected(pods, { methodConfig: [{ name, retryPolicy }] });
  for (const pod of pods) pod.onCall = () => Promise.reject({ code: status.UNAVAILABLE });
  expect(await retrying.channel.code()).toBe(status.UNAVAILABLE);
  await zero(retrying.policy);
  expect(retrying.policy.ends).toEqual([status.UNAVAILABLE, status.UNAVAILABLE, status.UNAVAILABLE]);

  for (const pod of pods) pod.onCall = undefined;
  const hedgingPolicy = { maxAttempts: 3, hedgingDelay: "0.001s", nonFatalStatusCodes: codes };
  using hedging = await connected(pods, { methodConfig: [{ name, hedgingPolicy }] });
  const third = Promise.withResolvers<void>();
  let attempts = 0;
  for (const pod of pods)
    pod.onCall = (metadata) => {
      // The calls that connected the pods were hedged, too. Attempts of theirs that were cut off may come only now.
      if (metadata.get("counted").length === 0) return undefined;
      attempts += 1;
      if (attempts === 3) third.resolve();
      return third.promise;
    };
  const counted = new Metadata();
  counted.set("counted", "yes");
  expect(await hedging.channel.code({}, counted)).toBe(status.OK);
  await zero(hedging.policy);
  expect(hedging.policy.ends.toSorted((a, b) => a - b)).toEqual([status.OK, status.CANCELLED, status.CANCELLED]);
});

test("a channel that is closed under its calls", async () => {
  using pods = await startPods(1);
  using with1 = await connected(pods);
  const { channel, policy } = with1;
  const hold = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  for (const pod of pods)
    pod.onCall = () => {
      reached.resolve();
      return hold.promise;
    };
  const call = channel.code();
  await reached.promise;
  channel.client.close();
  hold.resolve();
  await call;
  await zero(policy);
});
