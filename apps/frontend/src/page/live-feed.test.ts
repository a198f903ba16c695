import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test, vi } from "vitest";
import { CallStats } from "../traffic/call-stats.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import { LiveFeed } from "./live-feed.ts";
import type { Snapshot } from "./snapshot.ts";
import { closed } from "./testing/fake-stage.ts";

const PATIENCE = { timeout: 60_000 };

/** A feed of snapshots that are `padding` bytes longer than they need be. */
async function start(padding = 0) {
  const stats = new CallStats();
  const traffic = { rate: 0, kind: "unary", inFlight: 0, skipped: 0 } as const;
  const taken = { count: 0 };
  const take = (): Snapshot => {
    taken.count++;
    const mode = "x".repeat(padding);
    return assembleSnapshot({ mode, stats: stats.snapshot(), samples: [], traffic, stage: undefined });
  };
  const feed = new LiveFeed({ take }, 1_000);
  const drain = new AbortController();
  const server = createServer((_, response) => void feed.attach(response, drain.signal));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { feed, taken, port, drain, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => closed(server) };
}

test("takes one snapshot for all viewers, and none when nobody looks", async () => {
  await using it = await start();
  const views = await Promise.all(Array.from({ length: 20 }, () => fetch(it.url)));
  expect(it.feed.viewers).toBe(20);
  const [before, startMs] = [it.taken.count, performance.now()];
  await vi.waitFor(() => expect(it.taken.count).toBeGreaterThan(before + 4), PATIENCE);
  // Four a second, however late this looks; with one for each viewer it would be eighty.
  expect(it.taken.count - before).toBeLessThanOrEqual((performance.now() - startMs) / 250 + 2);
  await Promise.all(views.map((view) => view.body?.cancel()));
  await vi.waitFor(() => expect(it.feed.viewers).toBe(0), PATIENCE);
  const after = it.taken.count;
  await fetch(it.url).then((view) => view.body?.cancel());
  expect(it.taken.count).toBe(after + 1);
});

test("ends its streams in order when the server drains", async () => {
  await using it = await start();
  const view = await fetch(it.url);
  it.drain.abort();
  expect(await view.text()).toMatch(/^retry: 1000\n\nid: 1\ndata: \{.*\}\n\n/);
  expect(it.feed.viewers).toBe(0);
});

test("drops a viewer that takes nothing for too long, and keeps nothing for it meanwhile", async () => {
  await using it = await start(1_000_000);
  const stuck = connect(it.port, "127.0.0.1");
  stuck.pause().write("GET / HTTP/1.1\r\nhost: page\r\n\r\n");
  await vi.waitFor(() => expect(it.feed.viewers).toBe(1), PATIENCE);
  await vi.waitFor(() => expect(it.feed.viewers).toBe(0), PATIENCE);
  stuck.destroy();
});
