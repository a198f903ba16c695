import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { firstFailure } from "./undo-failure.ts";

/** What `await using` makes of a failure and one of undoing. */
async function failing(first: Error, undoing: Error): Promise<unknown> {
  const steps = async () => {
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Promise.reject(undoing));
    throw first;
  };
  return steps().catch(firstFailure);
}

it("tells what failed first, and what could not be undone beside it", async () => {
  const told = await failing(new InputError("no image"), new Error("no cluster"));
  expect(told).toBeInstanceOf(InputError);
  expect((told as Error).message).toBe(
    "no image; in addition, the changes could not be undone (no cluster): deploy the mode again",
  );
});

it("tells the same failure once, and one alone as it is", async () => {
  const first = new InputError("no image");
  expect(await failing(first, new InputError("no image"))).toBe(first);
  expect(firstFailure(first)).toBe(first);
});
