import { describe, expect, it, vi } from "vitest";
import { fakePod } from "../traffic/testing/fake-greeter.ts";
import type { Snapshot } from "./snapshot.ts";
import { startFakeStage } from "./testing/fake-stage.ts";
import { type PageSetup, startPage } from "./testing/start-page.ts";

const PATIENCE = { timeout: 60_000 };
const JSON_TYPE = { "content-type": "application/json" };

async function start(setup: PageSetup = {}, count = 2) {
  const stack = new AsyncDisposableStack();
  const pods = Array.from({ length: count }, (_, index) => fakePod(index + 1));
  const stage = stack.use(await startFakeStage(pods));
  const page = stack.use(await startPage(pods, { stageUrl: stage.url, ...setup }));
  const ask = (path: string, init?: RequestInit) => fetch(page.url + path, init);
  const send = (method: string, path: string, json: unknown, headers: Record<string, string> = JSON_TYPE) =>
    ask(path, { method, headers, body: typeof json === "string" ? json : JSON.stringify(json) });
  return { ...page, stage, ask, send, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The `message` of a JSON error. */
async function messageOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { readonly message: unknown }).message;
}

/** The events of `/events`, as texts. */
async function* events(response: Response) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    const parts = (text + decoder.decode(chunk, { stream: true })).split("\n\n");
    text = parts.pop() ?? "";
    yield* parts;
  }
}

describe("the page's files", () => {
  it("are all there: what the page names, and what its modules import", async () => {
    await using it = await start();
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const file = await it.ask(path);
      expect([path, file.status]).toEqual([path, 200]);
      const text = await file.text();
      const named = [...text.matchAll(/(?:from ?|href=|src=)"((?:\.|page\/)[^"]*)"/g)];
      for (const [, name = ""] of named) await visit(new URL(name, `http://page${path}`).pathname);
    };
    await visit("/");
    expect(seen.size).toBeGreaterThan(20);
  });

  it("name nothing from the root: a proxy may have the page below a path", async () => {
    await using it = await start();
    for (const path of ["/", "/page/main.js", "/page/panel.js", "/page/controls.js", "/page/pods-table.js"]) {
      expect(await (await it.ask(path)).text()).not.toMatch(/(?:from |href=|src=|fetch\(|send\("[A-Z]+", )"\//);
    }
  });

  it("are not sent again while they are the same", async () => {
    await using it = await start();
    const etag = (await it.ask("/page/main.js")).headers.get("etag") ?? "";
    expect((await it.ask("/page/main.js", { headers: { "if-none-match": etag } })).status).toBe(304);
  });
});

describe("/events", () => {
  it("sends whole snapshots with ids, and says when to come back", async () => {
    await using it = await start({ traffic: { rate: 100 } });
    let seen = 0;
    for await (const event of events(await it.ask("/events"))) {
      if (seen++ === 0) {
        expect(event).toBe("retry: 1000");
        continue;
      }
      const [id, data = ""] = event.split("\ndata: ");
      expect(id).toBe(`id: ${seen - 1}`);
      const { mode, countedPods, stage, pods } = JSON.parse(data) as Snapshot;
      if (stage?.pods !== 2) continue;
      expect({ mode, countedPods, stage }).toEqual({
        mode: "headless",
        countedPods: 2,
        stage: { pods: 2, maxPods: 12, problem: "" },
      });
      expect(pods.map(({ name, state }) => `${name} ${state}`)).toEqual(["backend-1 ready", "backend-2 ready"]);
      break;
    }
  });

  it("may be read by the pages that it is compared with, and by no other", async () => {
    await using it = await start({ compareWith: ["http://127.0.0.2:3000"] });
    const allowed = async (origin: string, path: string) => {
      const stop = new AbortController();
      const { headers } = await it.ask(path, { headers: { origin }, signal: stop.signal });
      stop.abort();
      return headers.get("access-control-allow-origin");
    };
    expect(await allowed("http://127.0.0.2:3000", "/events")).toBe("http://127.0.0.2:3000");
    expect(await allowed("http://127.0.0.2:3000", "/page-config")).toBe("http://127.0.0.2:3000");
    expect(await allowed("http://127.0.0.3:3000", "/events")).toBeNull();
    expect(await allowed("http://127.0.0.2:3000", "/traffic")).toBeNull();
  });
});

describe("/traffic", () => {
  it("is read and changed", async () => {
    await using it = await start();
    expect(await (await it.ask("/traffic")).json()).toEqual({ rate: 0, kind: "unary" });
    const changed = await it.send("PUT", "/traffic", { rate: 20, kind: "chat" });
    expect([changed.status, await changed.json()]).toEqual([200, { rate: 20, kind: "chat" }]);
    await vi.waitFor(() => expect(it.stats.snapshot().answered).toBeGreaterThan(2), PATIENCE);
  });

  it.each([
    [{ rate: 5_001, kind: "unary" }, "rate: must be a number from 0 to 5000"],
    [
      { rate: "1", kind: "uni" },
      "rate: must be a number from 0 to 5000; kind: must be one of unary, server-stream, client-stream, chat",
    ],
    ["{", expect.stringContaining("the body is not JSON")],
  ])("refuses %j", async (json, message) => {
    await using it = await start();
    const refused = await it.send("PUT", "/traffic", json);
    expect([refused.status, await messageOf(refused)]).toEqual([400, message]);
    expect(it.traffic.settings.rate).toBe(0);
  });

  it("is changed everywhere when asked to, and tells who did not answer", async () => {
    await using other = await start();
    await using it = await start({ compareWith: [other.url, "http://127.0.0.1:1"] });
    const changed = await it.send("PUT", "/traffic", { rate: 5, kind: "unary", everywhere: true });
    expect([changed.status, await messageOf(changed)]).toEqual([503, "no answer from http://127.0.0.1:1"]);
    expect([it.traffic.settings.rate, other.traffic.settings.rate]).toEqual([5, 5]);
  });

  it("is not for foreign pages", async () => {
    await using it = await start();
    const wanted = { rate: 5, kind: "unary" };
    const own = new URL(it.url).origin;
    const status = async (headers: Record<string, string>) =>
      (await it.send("PUT", "/traffic", wanted, { ...JSON_TYPE, ...headers })).status;
    expect(await status({ origin: "http://evil.example" })).toBe(403);
    expect(await status({ origin: "null" })).toBe(403);
    expect(await status({ "content-type": "text/plain" })).toBe(415);
    expect(it.traffic.settings.rate).toBe(0);
    expect(await status({ origin: own })).toBe(200);
  });

  it("takes no long body", async () => {
    await using it = await start();
    expect((await it.send("PUT", "/traffic", { name: "x".repeat(5_000) })).status).toBe(413);
  });
});

describe("/stage", () => {
  it("is passed on with the answer as it is, errors included", async () => {
    await using it = await start();
    expect(await (await it.ask("/stage")).json()).toMatchObject({ mode: "headless", maxPods: 12 });
    expect((await it.send("POST", "/stage/scale", { pods: 3 })).status).toBe(200);
    const refused = await it.send("POST", "/stage/scale", { pods: 13 });
    expect([refused.status, await refused.json()]).toEqual([400, { error: "pods: must be 12 at most" }]);
    expect(it.stage.asked).toEqual(['/stage/scale {"pods":3}', '/stage/scale {"pods":13}']);
  });

  it("has these paths and no other, and no foreign page may ask", async () => {
    await using it = await start();
    expect((await it.send("POST", "/stage/other", {})).status).toBe(404);
    const foreign = { ...JSON_TYPE, origin: "http://evil.example" };
    expect((await it.send("POST", "/stage/crash", { pod: "backend-1" }, foreign)).status).toBe(403);
    expect(it.stage.asked).toEqual([]);
  });

  it("is not there without a stage; one that is away is told as such", async () => {
    await using without = await start({ stageUrl: undefined });
    expect((await without.ask("/stage")).status).toBe(404);
    await using away = await start({ stageUrl: "http://127.0.0.1:1" });
    const answer = await away.send("POST", "/stage/scale", { pods: 3 });
    expect([answer.status, await messageOf(answer)]).toEqual([
      503,
      "the stage does not answer: is `lab up` still running?",
    ]);
  });
});
