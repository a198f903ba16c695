import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { PageProxy } from "./page-proxy.ts";

/** A frontend as far as a proxy sees it. */
async function frontend(handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startPageProxy(frontends: Readonly<Record<string, string>>): Promise<PageProxy> {
  const proxy = await PageProxy.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  proxy.open(Object.entries(frontends).map(([mode, frontendUrl]) => ({ mode, frontendUrl })));
  return proxy;
}

/** Says what it was asked. */
const echo: RequestListener = async ({ method, url, headers }, response) => {
  response.writeHead(201, { "x-from": "frontend" }).end(JSON.stringify({ method, url, host: headers.host }));
};

describe("the proxy of the pages", () => {
  it("passes each mode's path on, all else to the first, with the host that the browser knows", async () => {
    const proxy = await startPageProxy({
      plain: await frontend(echo),
      watch: await frontend((_, answer) => answer.end("w")),
    });
    const host = new URL(proxy.url).host;
    const ask = async (path: string, init?: RequestInit) => (await fetch(proxy.url + path, init)).json();
    expect(await ask("/hello?name=you")).toEqual({ method: "GET", url: "/hello?name=you", host });
    expect(await ask("/plain/a%20b", { method: "PUT", body: "x" })).toEqual({ method: "PUT", url: "/a%20b", host });
    const watch = await fetch(`${proxy.urlOf("watch")}/`);
    expect([watch.status, await watch.text()]).toEqual([200, "w"]);
    const answer = await fetch(proxy.urlOf("plain"), { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([308, "/plain/"]);
    expect((await fetch(proxy.url)).headers.get("x-from")).toBe("frontend");
  });

  it("passes a stream on while it goes on, and ends it there when the reader leaves", async () => {
    const left = Promise.withResolvers<void>();
    const url = await frontend((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      response.once("close", left.resolve);
    });
    const proxy = await startPageProxy({ plain: url });
    const reading = new AbortController();
    const { body } = await fetch(`${proxy.url}/events`, { signal: reading.signal });
    const { value } = (await body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe("data: 1\n\n");
    reading.abort();
    await left.promise;
  });

  it("says so while the modes start, and when a frontend is away", async () => {
    const proxy = await startPageProxy({});
    expect((await fetch(proxy.url)).status).toBe(503);
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    proxy.open([{ mode: "plain", frontendUrl: `http://127.0.0.1:${port}` }]);
    for (const path of ["/", "/page-config"]) {
      const answer = await fetch(proxy.url + path);
      expect([answer.status, await answer.text()]).toEqual([502, "the frontend of plain does not answer\n"]);
    }
  });

  it("shows a page beside its own as a path of its own address", async () => {
    const beside = await frontend(echo);
    const own = await frontend((_, response) => response.end(JSON.stringify({ mode: "plain", compareWith: [beside] })));
    const proxy = await startPageProxy({ plain: own, watch: beside });
    const config = await (await fetch(`${proxy.url}/page-config`)).json();
    expect(config).toEqual({ mode: "plain", compareWith: ["/watch"] });
  });

  it("cannot be at an address of another machine", async () => {
    const listening = PageProxy.listen({ host: "192.0.2.1", port: 0 });
    await expect(listening).rejects.toThrow("--listen 192.0.2.1:0: this machine has no address 192.0.2.1");
  });

  it("at every address is named by one that leads there", async () => {
    const proxy = await PageProxy.listen({ host: "0.0.0.0", port: 0 });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    expect(proxy.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
