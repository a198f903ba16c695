import { createLogger } from "@grpc-lb-lab/rpc";
import { HttpServer } from "../../http/http-server.ts";
import { RpcRoutes } from "../../http/rpc-routes.ts";
import { securityHeaders } from "../../http/security-headers.ts";
import { CallStats } from "../../traffic/call-stats.ts";
import { FakeGreeter, type FakePod } from "../../traffic/testing/fake-greeter.ts";
import { Traffic, type TrafficOptions } from "../../traffic/traffic.ts";
import { type PageOptions, pageRoutes } from "../page-routes.ts";

const maxBodyBytes = 65_536;
const limits = {
  maxConnections: 100,
  maxBodyBytes,
  maxHeaderBytes: 16_384,
  requestTimeoutMs: 30_000,
  longestCallMs: 60_000,
};

/** What a test may choose of a page. */
export interface PageSetup extends Partial<Omit<PageOptions, "stats" | "traffic">> {
  readonly traffic?: TrafficOptions;
  /** Default: one that is free. */
  readonly port?: number;
}

/** The frontend's HTTP port with the page, over a greeter whose pods are not there. */
export async function startPage(pods: FakePod[], { traffic: load, port = 0, ...options }: PageSetup = {}) {
  const stats = new CallStats();
  const greeter = new FakeGreeter(pods, (call) => stats.record(call));
  const traffic = new Traffic(greeter, load);
  const page = { stats, traffic, stageUrl: undefined, mode: "headless", compareWith: [], ...options };
  const server = new HttpServer({
    routes: pageRoutes({ controls: true, ...page }),
    rpc: new RpcRoutes({ greeter, maxBodyBytes, forwardHeaders: [], deadlines: { defaultMs: 5_000, maxMs: 60_000 } }),
    limits,
    headers: securityHeaders(page.compareWith),
    logger: createLogger("silent"),
  });
  const bound = await server.listen("127.0.0.1", port);
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    stats,
    traffic,
    async [Symbol.asyncDispose]() {
      await traffic[Symbol.asyncDispose]();
      await server.force();
    },
  };
}
