import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Calls that work until they are told to end, and a log of who began and who was cancelled. */
function scene(atOnce: number) {
  const turns = new Turns(atOnce);
  const log: string[] = [];
  const call = (name: string) => {
    const gate = Promise.withResolvers<void>();
    gate.promise.catch(() => {}); // Of a call that never works nobody waits for it.
    const aborting = new AbortController();
    aborting.signal.addEventListener("abort", () => gate.reject(aborting.signal.reason));
    const ended = turns
      .during(aborting, () => {
        log.push(`${name} works`);
        return gate.promise;
      })
      .then(
        () => log.push(`${name} is done`),
        (error: Error) => log.push(`${name}: ${error.message}`),
      );
    const done = async () => {
      gate.resolve();
      await ended;
    };
    const cancel = async () => {
      aborting.abort(new Error("cancelled"));
      await ended;
    };
    return { ended, done, cancel };
  };
  return { call, log };
}

/** Lets all that is settled take its effect. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("so many calls work at once, and the others get their turns in the order in which they came", async () => {
  const { call, log } = scene(2);
  const [first, second, third] = ["a", "b", "c", "d"].map(call);
  await settled();
  expect(log).toEqual(["a works", "b works"]);
  await second?.done();
  await settled();
  expect(log).toContain("c works");
  expect(log).not.toContain("d works");
  await Promise.all([third?.done(), first?.done()]);
  await settled();
  expect(log).toContain("d works");
});

test("a call that is cancelled leaves the line at once, and one that works gives its turn to the next", async () => {
  const { call, log } = scene(1);
  const [first, second, third] = ["a", "b", "c"].map(call);
  await second?.cancel();
  expect(log).toEqual(["a works", "b: cancelled"]);
  await first?.cancel();
  await settled();
  expect(log.slice(2).toSorted()).toEqual(["a: cancelled", "c works"]);
  await third?.done();
  const last = call("d");
  await settled();
  expect(log.at(-1)).toBe("d works");
  await last.done();
});

test("a call that is cancelled before it comes gets no turn", async () => {
  const turns = new Turns(1);
  const call = { signal: AbortSignal.abort(new Error("cancelled")) };
  await expect(turns.during(call, () => expect.fail("it works"))).rejects.toThrow("cancelled");
});

test("0 is no limit", async () => {
  const { call, log } = scene(0);
  const calls = Array.from({ length: 100 }, (_, n) => call(String(n)));
  await settled();
  expect(log).toHaveLength(100);
  await Promise.all(calls.map(({ done }) => done()));
});
