import type { HttpRoute } from "@grpc-lb-lab/http-server";
import { expect, test } from "vitest";
import { AdminServer } from "./admin-server.ts";
import { Health } from "./health.ts";
import { createLogger } from "./logger.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { standardRoutes } from "./standard-routes.ts";

const echo: HttpRoute = {
  path: "/echo",
  methods: { PUT: (body) => ({ status: 200, json: { body } }), POST: () => Promise.reject(new Error("secret")) },
};

async function start() {
  const health = new Health([]);
  const log: string[] = [];
  const logger = createLogger("info", { write: (line) => log.push(line) });
  const admin = new AdminServer([...standardRoutes(health, new ServerMetrics()), echo], logger);
  const port = await admin.listen("127.0.0.1", 0);
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return { health, admin, port, log, ask, [Symbol.asyncDispose]: () => admin.close() };
}

test("a pod is live at once, and ready as its health says", async () => {
  await using pod = await start();
  expect((await pod.ask("/livez")).status).toBe(200);
  expect((await pod.ask("/readyz")).status).toBe(503);
  pod.health.set(true);
  const ready = await pod.ask("/readyz?verbose");
  expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
  pod.health.set(false);
  expect((await pod.ask("/readyz")).status).toBe(503);
});

test("metrics are Prometheus text", async () => {
  await using pod = await start();
  const metrics = await pod.ask("/metrics");
  expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await metrics.text()).toContain("# TYPE rpc_server_calls_total counter");
});

test("HEAD answers as GET without a body", async () => {
  await using pod = await start();
  const head = await pod.ask("/livez", { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "14", ""]);
});

test("an unknown path is 404 and names those there are", async () => {
  await using pod = await start();
  const answer = await pod.ask("/healthz");
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: "no /healthz here, only /livez, /readyz, /metrics, /echo" },
  ]);
});

test("a wrong method is 405 and names the right ones", async () => {
  await using pod = await start();
  const answer = await pod.ask("/livez", { method: "POST" });
  expect([answer.status, answer.headers.get("allow"), await answer.json()]).toEqual([
    405,
    "GET, HEAD",
    { error: "/livez takes GET, HEAD only" },
  ]);
});

test("a body reaches its handler, one that is too long does not", async () => {
  await using pod = await start();
  const put = (body: string) => pod.ask("/echo", { method: "PUT", body });
  expect(await (await put("é")).json()).toEqual({ body: "é" });
  expect((await put("x".repeat(65_537))).status).toBe(413);
});

test("a handler that fails is 500, and the reason is in the log only", async () => {
  await using pod = await start();
  const answer = await pod.ask("/echo", { method: "POST" });
  expect([answer.status, await answer.json()]).toEqual([500, { error: "internal error" }]);
  expect(pod.log.join()).toContain("secret");
});

test("a taken port is told as such", async () => {
  await using pod = await start();
  const other = new AdminServer([], createLogger("silent"));
  await expect(other.listen("127.0.0.1", pod.port)).rejects.toThrow(
    `ADMIN_PORT: 127.0.0.1:${pod.port} is taken by another program`,
  );
});
