import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type FakePod, fakePod } from "../../traffic/testing/fake-greeter.ts";

interface Change {
  readonly pods?: number;
  readonly pod?: string;
  readonly fault?: Partial<Pick<FakePod, "latencyMs" | "errorShare">>;
}

const MOST_PODS = 12;

/** A stage's control API over the pods of a fake greeter, and what it was asked, in order. */
export async function startFakeStage(pods: FakePod[]) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const change = request.method === "POST" ? ((await json(request)) as Change) : undefined;
    if (change !== undefined) asked.push(`${request.url} ${JSON.stringify(change)}`);
    const error = change === undefined ? "" : apply(change, pods);
    response.writeHead(error === "" ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(error === "" ? describe(pods) : { error }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, [Symbol.asyncDispose]: () => closed(server) };
}

/** Closes a server at once. */
export async function closed(server: ReturnType<typeof createServer>): Promise<void> {
  const end = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await end;
}

/** Returns what is wrong with the change, if anything. */
function apply(change: Change, pods: FakePod[]): string {
  if (change.pods !== undefined) {
    if (change.pods > MOST_PODS) return `pods: must be ${MOST_PODS} at most`;
    pods.splice(change.pods);
    while (pods.length < change.pods) pods.push(fakePod(pods.length + 1));
  }
  const pod = pods.find(({ name }) => name === change.pod);
  if (change.fault !== undefined && pod !== undefined)
    Object.assign(pod, { latencyMs: 2, errorShare: 0 }, change.fault);
  return change.pod !== undefined && pod === undefined ? `pod: there is no ${change.pod}` : "";
}

function describe(pods: readonly FakePod[]) {
  const shown = pods.map(({ name, zone, latencyMs, errorShare }) => {
    const fault = { latencyMs: latencyMs <= 2 ? 0 : latencyMs, errorShare, errorCode: "UNAVAILABLE" };
    return { name, ready: true, zone, fault };
  });
  return { mode: "headless", pods: shown, maxPods: MOST_PODS };
}
