import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, it, vi } from "vitest";
import { StatePush } from "./state-push.ts";

it("tells the newest state, also to a service that comes late, and nothing while held", async () => {
  const aborting = new AbortController();
  let url = "http://127.0.0.1:9"; // Nobody listens at the discard port.
  const push = new StatePush({ url: () => url, refused: () => {}, signal: aborting.signal });
  push.set({ round: 1 });
  push.set({ round: 2 });
  await using service = await startService();
  url = service.url;
  await vi.waitFor(() => expect(service.states).toEqual([{ round: 2 }]), { timeout: 60_000 });
  push.hold(true);
  push.set({ round: 3 });
  push.set({ round: 4 });
  expect(service.states).toEqual([{ round: 2 }]);
  push.hold(false);
  await vi.waitFor(() => expect(service.states).toEqual([{ round: 2 }, { round: 4 }]), { timeout: 60_000 });
  aborting.abort();
});

it("passes on why a service refuses a state, once", async () => {
  await using service = await startService(400);
  const refusals: string[] = [];
  const signal = new AbortController().signal;
  new StatePush({ url: () => service.url, refused: (reason) => refusals.push(reason), signal }).set({ round: 1 });
  await vi.waitFor(() => expect(refusals).toEqual(["no"]), { timeout: 60_000 });
});

async function startService(status = 200) {
  const states: unknown[] = [];
  const server = createServer(async (request, response) => {
    states.push(await json(request));
    response.writeHead(status).end("no");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const dispose = async () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  return { states, url: `http://127.0.0.1:${port}/state`, [Symbol.asyncDispose]: dispose };
}
