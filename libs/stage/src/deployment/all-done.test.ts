import { expect, it } from "vitest";
import { allDone } from "./all-done.ts";

it("waits for all, and then fails as the first of them did", async () => {
  const slow = Promise.withResolvers<void>();
  let hasEnded = false;
  const all = allDone([Promise.reject(new Error("first")), slow.promise, Promise.reject(new Error("second"))]).finally(
    () => {
      hasEnded = true;
    },
  );
  const failure = all.catch((error: Error) => error.message);
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasEnded).toBe(false);
  slow.resolve();
  expect(await failure).toBe("first");
});

it("has what they came to", async () => {
  expect(await allDone([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
});
