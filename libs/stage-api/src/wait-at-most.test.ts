import { expect, it } from "vitest";
import { waitAtMost } from "./wait-at-most.ts";

/** Rejects once it is told to stop, as what waits for calls does. */
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

it("resolves when that happens which is waited for", async () => {
  await expect(waitAtMost(600_000, new AbortController().signal, async () => "it")).resolves.toBeUndefined();
});

it("resolves when it does not happen in time", async () => {
  await expect(waitAtMost(0.5, new AbortController().signal, never)).resolves.toBeUndefined();
});

it("rejects when it is interrupted, or when waiting fails by itself", async () => {
  const interrupt = new AbortController();
  const waiting = waitAtMost(600_000, interrupt.signal, never);
  interrupt.abort(new Error("interrupted"));
  await expect(waiting).rejects.toThrow("interrupted");
  const failing = waitAtMost(600_000, new AbortController().signal, () => Promise.reject(new Error("load is over")));
  await expect(failing).rejects.toThrow("load is over");
});
