import { expect, it } from "vitest";
import { attemptsOf, NUMBERED, numberedHeaders } from "./numbered-calls.ts";
import { receivedCounted } from "./testing/evidence.ts";

const received = (attempts: readonly number[]) => receivedCounted([1], { headers: numberedHeaders(attempts) });

it("finds the attempts of each call at all pods that received any", () => {
  const pods = [received([1, 0, 2]), received([1, 3])];
  expect([0, 1, 2, 3].map((n) => attemptsOf(n, pods))).toEqual([2, 3, 2, 0]);
});

it("a call has the header that is looked for, and a header no more values than pods count", () => {
  const all = Array.from({ length: 2_000 }, () => 1);
  const headers = numberedHeaders(all);
  for (const [n] of all.entries()) {
    const [name = ""] = Object.keys(NUMBERED[n % NUMBERED.length]?.metadata ?? {});
    expect(headers[name]?.[n]).toBe(1);
  }
  for (const values of Object.values(headers)) expect(Object.keys(values).length).toBeLessThanOrEqual(100);
});
