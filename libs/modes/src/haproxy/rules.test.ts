import type { HaproxyRules } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { answerOf, answerWhere } from "../testing/answer-of.ts";
import { connectClient } from "../testing/connect-client.ts";
import { startPod } from "../testing/start-pod.ts";
import { haproxyConfig } from "./haproxy-config.ts";
import { refusal } from "./refusal.ts";
import { NAME, namesOf, startTestHaproxy } from "./testing/test-haproxy.ts";

const HOST = "127.0.0.1";

function configWith(rules: HaproxyRules): string {
  const place = { listener: { host: HOST, port: 50_051 }, admin: { host: HOST, port: 8_404 } };
  const backend = { name: NAME, port: 50_051 };
  return haproxyConfig({ ...place, backend, dnsRefreshMs: 1_000, proxyRetries: undefined, rules });
}

it("obeys rules of every place, each backend of a version among them", async () => {
  using pod = await startPod(answerWhere);
  using dns = await namesOf([HOST]);
  await using haproxy = await startTestHaproxy(pod.port, dns, {
    versions: { v1: NAME, v2: NAME },
    rules: {
      dialect: "HAProxy",
      sections: ["backend users\n  stick-table type string size 1k expire 1h store http_req_cnt"],
      frontend: [
        "http-request track-sc0 req.hdr(x-user) table users if { req.hdr(x-user) -m found }",
        "http-request return status 200 content-type application/grpc hdr grpc-status 8 if { sc_http_req_cnt(0) gt 1 }",
        "use_backend backend-v2 if { req.hdr(x-version) v2 }",
      ],
      backend: ["balance leastconn", "http-request set-header x-lab-seen %[be_name]"],
      serverParameters: ["maxconn 5"],
    },
  });
  using client = await connectClient(haproxy.address);
  expect(await answerOf(client, { "x-user": "one" })).toMatchObject({ seen: "backend", "grpc-status": "0" });
  expect(await answerOf(client, { "x-user": "one" })).toMatchObject({ "grpc-status": "8" });
  expect(await answerOf(client, { "x-version": "v2" })).toMatchObject({ seen: "backend-v2", pod: HOST });
  // The limit is the column after two of queues and two of sessions: https://docs.haproxy.org/2.8/management.html#9.1
  expect(await haproxy.ask("/stats;csv")).toMatch(/^backend,pod1,(?:\d*,){4}5,/m);
});

it("a rule's balance takes the place of the mode's own", () => {
  const config = configWith({ dialect: "HAProxy", backend: ["balance hdr(x-user)", "retries 7"] });
  expect(config.match(/ balance .*/g)).toEqual([" balance hdr(x-user)"]);
  expect(config.match(/ retries .*/g)).toEqual([" retries 3", " retries 7"]);
});

it("says why it does not come up, wherever its configuration is", () => {
  const at = (line: number) => `[/tmp/x/haproxy.cfg:${line}]`;
  const lastWords = [
    "[NOTICE]   (7) : haproxy version is 2.8.25",
    `[ALERT]    (7) : config : parsing ${at(9)} : unknown keyword 'nonsense' in 'backend' section`,
    `[ALERT]    (7) : config : ${at(10)} : 'server b/a' : unknown keyword 'foo'`,
    "[ALERT]    (7) : config : Fatal errors found in configuration.",
  ];
  const reason = "unknown keyword 'nonsense' in 'backend' section; 'server b/a' : unknown keyword 'foo'";
  expect(refusal(lastWords.join(" | "))).toEqual({ by: "HAProxy", reason });
  expect(refusal(lastWords.join("\n"))).toEqual({ by: "HAProxy", reason });
});
