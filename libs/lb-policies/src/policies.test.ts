import { setTimeout as delay } from "node:timers/promises";
import { Metadata, status } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { register } from "./register.ts";
import { callsOfHoldingPod } from "./testing/calls-of-holding-pod.ts";
import { TestChannel } from "./testing/test-channel.ts";
import { startPods, type TestPod } from "./testing/test-pod.ts";

register();
register();

const leastRequest = (choiceCount: number) => ({ least_request_experimental: { choiceCount } });
const both = [
  ["least_request", { least_request: {} }],
  ["least_request_experimental", leastRequest(3)],
  // Soon forgotten, so that one answer that a busy machine held up does not spare a pod for the length of a test.
  ["peak_ewma", { peak_ewma: { decayMs: 200 } }],
] as const;

/** How many of the answers each pod gave. */
const shares = (pods: readonly TestPod[], answers: readonly string[]) =>
  pods.map(({ name }) => answers.filter((answer) => answer === name).length);

async function callInTurn(channel: TestChannel, calls: number): Promise<string[]> {
  const answers: string[] = [];
  for (let call = 0; call < calls; call += 1) answers.push(await channel.call());
  return answers;
}

test.each(both)("%s calls all pods, one pod, and no pod", async (_name, policy) => {
  using pods = await startPods(3);
  const [first] = pods;
  if (first === undefined) throw new Error("no pod");
  using channel = new TestChannel([policy], pods);
  await channel.reach(...pods);
  channel.setPods(first);
  await vi.waitFor(async () => expect(new Set(await callInTurn(channel, 10))).toEqual(new Set(["pod-0"])));
  channel.setPods();
  await vi.waitFor(async () => expect(await channel.code()).toBe(status.UNAVAILABLE));
  channel.setPods(...pods);
  const metadata = new Metadata({ waitForReady: true });
  expect(await channel.code({}, metadata)).toBe(status.OK);
  await channel.reach(...pods);
});

test.each(both)("%s spreads a burst almost evenly, because each pick counts at once", async (name, policy) => {
  using pods = await startPods(5);
  using channel = new TestChannel([policy], pods);
  await channel.reach(...pods);
  const burst = 1_000;
  const answers = await Promise.all(Array.from({ length: burst }, () => channel.call()));
  // Picks that do not see each other are binomial, of a standard deviation of 12.6: their sum of squared deviations is 5 x 160 on average. Two choices with
  // counts stay within a few calls of each other. Peak EWMA weighs latencies, too, so that only its order of magnitude is fixed.
  const squares = shares(pods, answers).map((share) => (share - burst / pods.length) ** 2);
  const sum = squares.reduce((a, b) => a + b, 0);
  if (name === "peak_ewma") expect(Math.max(...shares(pods, answers))).toBeLessThan(burst / 2);
  else expect(sum).toBeLessThan(100);
});

test("a pod that is slow gets a fifth of the calls from round_robin, and few from least_request and peak_ewma", async () => {
  using pods = await startPods(5);
  const callsOfSlow = async (policy: object) => {
    using channel = new TestChannel([policy], pods);
    return await callsOfHoldingPod(channel, pods, 600);
  };
  expect(await callsOfSlow({ round_robin: {} })).toBe(120);
  // Drawn twice in one of 25 picks: 24 of 600, with a standard deviation of 4.8. 6 of them more, chance below 1e-8.
  expect(await callsOfSlow(leastRequest(2))).toBeLessThan(54);
  // Never drawn twice: what it gets is until its calls under way outweigh the others' latencies.
  expect(await callsOfSlow({ peak_ewma: { decayMs: 200 } })).toBeLessThan(54);
});

test.each(both)("%s gives a new pod its part and no flood", async (_name, policy) => {
  using pods = await startPods(5);
  using channel = new TestChannel([policy], pods.slice(0, 4));
  await channel.reach(...pods.slice(0, 4));
  await callInTurn(channel, 50);
  const hold = Promise.withResolvers<void>();
  for (const pod of pods) pod.onCall = () => hold.promise;
  // As many under way at each of the four as they are going to have with the fifth.
  const before = Array.from({ length: 40 }, () => channel.call());
  await vi.waitFor(() => expect(pods.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThanOrEqual(90), {
    timeout: 60_000,
  });
  channel.setPods(...pods);
  const fresh = pods[4];
  await vi.waitFor(
    async () => {
      before.push(channel.call());
      await delay(1);
      expect(fresh?.calls).toBeGreaterThan(0);
    },
    { timeout: 60_000 },
  );
  const had = fresh?.calls ?? Number.NaN;
  const after = Array.from({ length: 20 }, () => channel.call());
  hold.resolve();
  const answers = await Promise.all(after);
  await Promise.all(before);
  const got = answers.filter((answer) => answer === "pod-4").length;
  // Drawn in 2 of 5 pairs (3 of 5 and more with three draws), it wins while it has the fewest: never all, and none with a chance below (3/5)^20 = 4e-5,
  // which the calls that reached it before make smaller still.
  expect(had + got).toBeGreaterThan(0);
  expect(got).toBeLessThan(20);
});

test("as a child of outlier_detection a pod that fails is ejected, and the others go on", async () => {
  for (const [, policy] of both) {
    using pods = await startPods(4);
    const outlierDetection = {
      interval: { seconds: 0, nanos: 50_000_000 },
      base_ejection_time: { seconds: 600, nanos: 0 },
      max_ejection_time: { seconds: 600, nanos: 0 },
      max_ejection_percent: 50,
      failure_percentage_ejection: { threshold: 50, enforcement_percentage: 100, minimum_hosts: 2, request_volume: 1 },
      child_policy: [policy],
    };
    using channel = new TestChannel([{ outlier_detection: outlierDetection }], pods);
    await channel.reach(...pods);
    const bad = pods[0];
    if (bad === undefined) throw new Error("no pod");
    bad.onCall = () => Promise.reject({ code: status.UNAVAILABLE });
    const burst = () => Promise.all(Array.from({ length: 60 }, () => channel.code()));
    // Once it is ejected it gets no call for ten minutes, and the same pods again, as DNS tells them, do not bring it back. Until then a burst reaches it.
    await vi.waitFor(
      async () => {
        const before = bad.calls;
        for (let round = 0; round < 3; round += 1) {
          expect(new Set(await burst())).toEqual(new Set([status.OK]));
          channel.setPods(...pods);
        }
        expect(bad.calls).toBe(before);
      },
      { timeout: 100_000 },
    );
  }
});
