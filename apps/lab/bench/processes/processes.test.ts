import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { BareClientHandlers, BareLoad } from "../programs/bare-client.ts";
import { runLabLoad } from "./lab-load.ts";
import { Program } from "./program.ts";

/** An address that nobody listens at. */
async function deadTarget(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

const never = new AbortController().signal;
const load: Omit<BareLoad, "target"> = {
  name: "bench",
  inFlight: 2,
  deadlineMs: 5_000,
  warmUpCalls: 0,
  settleMs: 0,
  durationMs: 1_000,
};

describe("no figure is made of calls that fail", () => {
  it("by the bare client", async () => {
    await using client = new Program<BareClientHandlers>("bare-client", { signal: never });
    const answer = client.ask("run", { ...load, target: await deadTarget() });
    await expect(answer).rejects.toThrow(/^bare-client: run: 14 UNAVAILABLE/);
  });

  it("by lab load", async () => {
    const env = { BACKEND_TARGET: await deadTarget() };
    const calls = runLabLoad(env, { inFlight: 2, calls: 4, warmUp: { distinctPods: 0, calls: 0 } }, never);
    await expect(calls).rejects.toThrow(/^a call of lab load ended with status 14: /);
  });
});

describe("a program", () => {
  it("that ends says why to whoever waits for its answer", async () => {
    await using program = new Program<BareClientHandlers>("no-such-program", { signal: never });
    await expect(program.ask("run", { ...load, target: "" })).rejects.toThrow(/^no-such-program ended with 1/);
  });

  it("is ended by its signal", async () => {
    const controller = new AbortController();
    await using client = new Program<BareClientHandlers>("bare-client", { signal: controller.signal });
    const answer = client.ask("run", { ...load, target: await deadTarget(), durationMs: 60_000 });
    controller.abort(new Error("interrupted"));
    await expect(answer).rejects.toThrow("interrupted");
  });
});

it("lab load that refuses its settings is told with its own words", async () => {
  const calls = runLabLoad({ BACKEND_TARGET: "" }, { inFlight: 1, calls: 1 }, never);
  await expect(calls).rejects.toThrow(/^lab load ended with 2: .*BACKEND_TARGET/s);
});
