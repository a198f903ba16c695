import { formatGoDuration } from "../go-duration.ts";
import { canonical, headerPairs } from "../http/header-pairs.ts";
import { bodyLines, requestField } from "../output-lines.ts";
import type { ForwardPlan } from "./forward-plan.ts";
import { exchange, exchangeAndFollow, type HttpRequest } from "./http-exchange.ts";
import type { Sender } from "./sender.ts";

/** They are about the connection, not the answer; Go's client, and so Istio's forwarder, takes them out. */
const OF_CONNECTION: readonly string[] = ["Connection", "Keep-Alive", "Transfer-Encoding"];

/** Sends HTTP/1.1 requests, each on a connection of its own, as Istio's forwarder does. */
export function httpSender(plan: ForwardPlan, url: string): Sender {
  const asked = httpRequest(plan, url);
  const send = plan.followRedirects ? exchangeAndFollow : exchange;
  return {
    connect: async () => {},
    async send(id, signal, activeRequests) {
      const beganMs = performance.now();
      const { response, sourceIp, body } = await send(asked, signal);
      const received = headerPairs(response.rawHeaders).filter(([name]) => !OF_CONNECTION.includes(name));
      return [
        requestField(id, "Url", url),
        ...plan.headers.map(({ key, value }) => requestField(id, "Header", `${key}:${value}`)),
        requestField(id, "SourceIP", sourceIp),
        requestField(id, "Latency", formatGoDuration(performance.now() - beganMs)),
        requestField(id, "ActiveRequests", activeRequests()),
        requestField(id, "StatusCode", response.statusCode ?? 0),
        ...received.map(([name, value]) => requestField(id, "ResponseHeader", `${name}:${value}`)),
        bodyLines(id, body),
      ].join("");
    },
    [Symbol.dispose]: () => {},
  };
}

function httpRequest({ method, host, headers }: ForwardPlan, url: string): HttpRequest {
  const byKey = Object.entries(Object.groupBy(headers, ({ key }) => canonical(key)));
  const grouped = byKey.map(([key, same = []]) => [key, same.map(({ value }) => value)]);
  return { url: new URL(url), path: rawPath(url), method, host, headers: Object.fromEntries(grouped) };
}

function rawPath(url: string): string {
  const [, path = ""] = /^[^:]+:\/\/[^/?#]*([^#]*)/.exec(url) ?? [];
  return path.startsWith("/") ? path : `/${path}`;
}
