import { InputError } from "@grpc-lb-lab/input-error";
import { expect, test } from "vitest";
import { HttpServer } from "./http-server.ts";
import { parseJson } from "./parse-json.ts";
import type { HttpRoute } from "./route.ts";

const ROUTES: readonly HttpRoute[] = [
  { path: "/text", methods: { GET: () => ({ status: 200, text: "it is" }) } },
  {
    path: "/json",
    methods: {
      PUT: (body, { "content-type": type }) => ({ status: 200, json: { type, body: parseJson(body) } }),
      POST: () => Promise.reject(new InputError("there is no pod x")),
      DELETE: () => Promise.reject(new Error("secret")),
    },
  },
];

async function start() {
  const errors: unknown[] = [];
  const server = new HttpServer({
    routes: ROUTES,
    maxBodyBytes: 20,
    onError: (error, url) => errors.push([error, url]),
  });
  const port = await server.listen("127.0.0.1", 0, (error) => error);
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return [answer.status, (await answer.text()).trim()];
  };
  return { ask, errors, port, [Symbol.asyncDispose]: () => server.close() };
}

test("answers by path and method, HEAD as GET", async () => {
  await using it = await start();
  expect(await it.ask("/text?verbose")).toEqual([200, "it is"]);
  expect(await it.ask("/text", { method: "HEAD" })).toEqual([200, ""]);
  const put = { method: "PUT", body: '{"a":1}', headers: { "content-type": "application/json" } };
  expect(await it.ask("/json", put)).toEqual([200, '{"type":"application/json","body":{"a":1}}']);
});

test("tells a client what it asks wrong", async () => {
  await using it = await start();
  expect(await it.ask("/nowhere")).toEqual([404, '{"error":"no /nowhere here, only /text, /json"}']);
  expect(await it.ask("/text", { method: "POST" })).toEqual([405, '{"error":"/text takes GET, HEAD only"}']);
  expect(await it.ask("/json", { method: "PUT", body: "{" })).toEqual([400, '{"error":"the body is not JSON"}']);
  expect(await it.ask("/json", { method: "POST" })).toEqual([400, '{"error":"there is no pod x"}']);
  expect(await it.ask("/json", { method: "PUT", body: "x".repeat(21) })).toEqual([
    413,
    '{"error":"the body is too long"}',
  ]);
  expect(it.errors).toEqual([]);
});

test("keeps its own failures to itself, and tells who started it", async () => {
  await using it = await start();
  expect(await it.ask("/json", { method: "DELETE" })).toEqual([500, '{"error":"internal error"}']);
  expect(it.errors).toEqual([[new Error("secret"), "/json"]]);
});

test("says in the starter's words that it cannot listen", async () => {
  await using it = await start();
  const second = new HttpServer({ routes: [] });
  const listening = second.listen("127.0.0.1", it.port, ({ code }) => new InputError(`the port is taken (${code})`));
  await expect(listening).rejects.toThrow("the port is taken (EADDRINUSE)");
});
