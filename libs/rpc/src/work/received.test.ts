import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { Received } from "./received.ts";

const headers = (values: Readonly<Record<string, string>>) => ({
  metadata: Metadata.fromHttp2Headers(values),
  peer: "127.0.0.1:1",
});

test("the most at once counts calls that are under way together", async () => {
  const received = new Received();
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const calls = gates.map(({ promise }) => received.during("SayHello", headers({}), () => promise));
  for (const { resolve } of gates) resolve();
  await Promise.all(calls);
  await received.during("SayHello", headers({}), async () => {});
  expect(received.toJSON()).toMatchObject({ calls: 3, mostInFlight: 2 });
});

test("headers of others are not counted, and no more values of one than memory should hold", async () => {
  const received = new Received();
  for (let n = 0; n < 200; n += 1) {
    await received.during("SayHello", headers({ "x-lab-n": String(n), "x-other": "1" }), async () => {});
  }
  const { headers: counted } = received.toJSON() as { headers: Record<string, Record<string, number>> };
  expect(Object.keys(counted)).toEqual(["x-lab-n"]);
  expect(Object.keys(counted["x-lab-n"] ?? {})).toHaveLength(100);
});

test("connections are told apart by their other end, and last from their first call to their last", async () => {
  let nowMs = 1_000;
  const received = new Received(() => nowMs);
  const come = (peer: string) => received.during("SayHello", { ...headers({}), peer }, async () => {});
  await come("10.0.0.1:1");
  nowMs = 1_300;
  await come("10.0.0.1:2");
  nowMs = 2_000;
  await come("10.0.0.1:2");
  expect(received.toJSON()).toMatchObject({ connections: 2, longestConnectionMs: 700 });
});

test("no more connections are remembered than memory should hold", async () => {
  const received = new Received();
  for (let port = 1; port <= 1_100; port += 1) {
    await received.during("SayHello", { ...headers({}), peer: `10.0.0.1:${port}` }, async () => {});
  }
  expect(received.toJSON()).toMatchObject({ calls: 1_100, connections: 1_000 });
});
