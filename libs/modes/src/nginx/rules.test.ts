import type { NginxRules } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { answerOf, answerWhere } from "../testing/answer-of.ts";
import { connectClient } from "../testing/connect-client.ts";
import { startPod } from "../testing/start-pod.ts";
import { nginxConf } from "./nginx-conf.ts";
import { refusal } from "./refusal.ts";
import { fixedPods, startTestNginx } from "./testing/test-nginx.ts";

const [V1, V2] = ["127.0.0.2", "127.0.0.3"];

function confWith(rules: NginxRules): string {
  const place = { listener: { host: "::", port: 50_051 }, admin: { host: "::", port: 8_080 }, folder: "/run/nginx" };
  return nginxConf({ ...place, workers: 1, upstream: fixedPods(50_051), rules });
}

it("obeys rules of every place, each upstream of a version among them", async () => {
  using pod = await startPod(answerWhere);
  await using nginx = await startTestNginx({
    upstream: fixedPods(pod.port),
    versions: { v1: fixedPods(pod.port, [V1]), v2: fixedPods(pod.port, [V2]) },
    rules: {
      dialect: "nginx",
      http: ["map $http_x_version $group { v1 backend-v1; default backend-v2; }"],
      upstream: ["least_conn;"],
      serverParameters: ["max_fails=0"],
      server: ["error_page 429 = @exhausted;", "location @exhausted { add_header grpc-status 8; return 204; }"],
      location: ["if ($http_x_abort) { return 429; }", "grpc_set_header x-lab-seen added;", "grpc_pass grpc://$group;"],
    },
  });
  using client = await connectClient(nginx.address);
  expect(await answerOf(client, { "x-abort": "yes" })).toMatchObject({ "grpc-status": "8" });
  expect(await answerOf(client, { "x-version": "v1" })).toMatchObject({ pod: V1, seen: "added" });
  expect(await answerOf(client)).toMatchObject({ pod: V2, seen: "added" });
});

it("a directive of a rule takes the place of the mode's own, and what picks a pod comes before the kept connections", () => {
  const conf = confWith({
    dialect: "nginx",
    upstream: ["hash $http_x_user consistent;", "keepalive 7;"],
    server: ["client_body_timeout 5s;"],
    location: ["grpc_read_timeout 2s;"],
  });
  for (const name of ["keepalive", "client_body_timeout", "grpc_read_timeout"]) {
    expect(conf.match(new RegExp(`\\s${name} `, "g"))).toHaveLength(1);
  }
  expect(conf.indexOf("hash $http_x_user")).toBeLessThan(conf.indexOf("keepalive 7"));
  expect(conf).toContain("grpc_read_timeout 2s;");
});

it("says why it does not come up, wherever its configuration is", async () => {
  const rules = { dialect: "nginx", location: ["nonsense on;"] } as const;
  const failure: Error = await startTestNginx({ upstream: fixedPods(1), rules }).then(Promise.reject, (error) => error);
  expect(refusal(failure.message)).toEqual({ by: "nginx", reason: 'unknown directive "nonsense"' });
});
