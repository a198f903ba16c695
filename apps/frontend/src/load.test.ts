import { expect, test } from "vitest";
import { forkFrontend, forkPod } from "./testing/processes.ts";
import { runRestLoad } from "./testing/rest-load.ts";

const WARM_UP_MS = 2_000;
const LOAD_MS = 5_000;
const CONNECTIONS = 50;
/** How much more memory may be in use after the load than before it. */
const MOST_GROWTH = 1.2;

test("under load with a pod killed, every request is answered, and memory comes back", async () => {
  await using one = await forkPod("pod-1");
  await using two = await forkPod("pod-2");
  await using three = await forkPod("pod-3");
  const target = `ipv4:${[one, two, three].map(({ address }) => address).join(",")}`;
  await using edge = await forkFrontend({ BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin" });
  await runRestLoad({ url: edge.url, durationMs: WARM_UP_MS, connections: CONNECTIONS });
  const before = await edge.memory();
  const killer = setTimeout(() => two.kill(), LOAD_MS / 2);
  const load = await runRestLoad({ url: edge.url, durationMs: LOAD_MS, connections: CONNECTIONS });
  clearTimeout(killer);
  const after = await edge.memory();

  expect(load.broken).toEqual([]);
  const failed = Object.values(load.errors).reduce((sum, count) => sum + count, 0);
  expect(load.greetings + failed).toBe(load.sent);
  // Round robin goes on with two. On a busy machine a killed process closes its connections late, and until then everything under way may come to wait
  // for it; what is sent while that connection ends may fail once more.
  expect(Object.keys(load.errors).filter((code) => code !== "UNAVAILABLE" && code !== "CANCELLED")).toEqual([]);
  expect(failed).toBeLessThanOrEqual(load.sent / 10);
  expect(Object.keys(load.pods).toSorted()).toEqual(["pod-1", "pod-2", "pod-3"]);
  expect(after.rss).toBeLessThan(before.rss * MOST_GROWTH);
  expect(after.heapUsed + after.external).toBeLessThan((before.heapUsed + before.external) * MOST_GROWTH);
});
