import { expect, test } from "vitest";
import { type DrainSteps, drain } from "./drain.ts";

function recordedSteps(finish: () => Promise<void>): { steps: DrainSteps; order: string[] } {
  const order: string[] = [];
  const steps = {
    refuse: () => order.push("refuse"),
    finish: () => {
      order.push("finish");
      return finish();
    },
    force: () => void order.push("force"),
  };
  return { steps, order };
}

const never = () => new Promise<void>(() => {});

test("refuses first, then finishes; nothing is forced when all calls end", async () => {
  const { steps, order } = recordedSteps(async () => {});
  expect(await drain(steps, { delayMs: 1, graceMs: 60_000 })).toBe("finished");
  expect(order).toEqual(["refuse", "finish"]);
});

test("goes on serving during the delay", async () => {
  const { steps, order } = recordedSteps(async () => {});
  const drained = drain(steps, { delayMs: 5, graceMs: 60_000 });
  expect(order).toEqual(["refuse"]);
  await drained;
  expect(order).toEqual(["refuse", "finish"]);
});

test("forces when the grace is over", async () => {
  const { steps, order } = recordedSteps(never);
  expect(await drain(steps, { delayMs: 0, graceMs: 5 })).toBe("grace-over");
  expect(order).toEqual(["refuse", "finish", "force"]);
});

test("a grace of 0 forces at once", async () => {
  const { steps, order } = recordedSteps(never);
  expect(await drain(steps, { delayMs: 0, graceMs: 0 })).toBe("grace-over");
  expect(order).toEqual(["refuse", "finish", "force"]);
});

test("hurry cuts the delay", async () => {
  const { steps, order } = recordedSteps(never);
  const hurry = new AbortController();
  const drained = drain(steps, { delayMs: 60_000, graceMs: 60_000 }, hurry.signal);
  hurry.abort();
  expect(await drained).toBe("hurried");
  expect(order).toEqual(["refuse", "force"]);
});

test("hurry cuts the grace", async () => {
  const started = Promise.withResolvers<void>();
  const { steps, order } = recordedSteps(() => {
    started.resolve();
    return never();
  });
  const hurry = new AbortController();
  const drained = drain(steps, { delayMs: 0, graceMs: 60_000 }, hurry.signal);
  await started.promise;
  hurry.abort();
  expect(await drained).toBe("hurried");
  expect(order).toEqual(["refuse", "finish", "force"]);
});
