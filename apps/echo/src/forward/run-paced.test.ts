import { expect, test } from "vitest";
import { runPaced } from "./run-paced.ts";

test("runs each once, in order, so many at a time", async () => {
  const started: number[] = [];
  let active = 0;
  let most = 0;
  await runPaced({ count: 7, qps: 0, concurrency: 3 }, new AbortController().signal, async (id) => {
    started.push(id);
    most = Math.max(most, ++active);
    await Promise.resolve();
    active--;
  });
  expect([started, most]).toEqual([[0, 1, 2, 3, 4, 5, 6], 3]);
});

test("a wait for the pace ends when it is aborted, and nothing starts", async () => {
  const started: number[] = [];
  const controller = new AbortController();
  const running = runPaced({ count: 2, qps: 1e-6, concurrency: 2 }, controller.signal, async (id) => {
    started.push(id);
  });
  controller.abort();
  await running;
  expect(started).toEqual([]);
});
