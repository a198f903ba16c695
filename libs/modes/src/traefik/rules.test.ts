import type { TraefikRules } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { answerOf, answerWhere } from "../testing/answer-of.ts";
import { connectClient } from "../testing/connect-client.ts";
import { startPod } from "../testing/start-pod.ts";
import { fileConfiguration } from "./file-configuration.ts";
import { complaintIn, mistakesIn } from "./start-traefik.ts";
import { startTestTraefik } from "./testing/test-traefik.ts";

const [ANY, V1, V2] = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

function podsWith(rules: Omit<TraefikRules, "dialect">, port = 1, retries?: number): string {
  const pods = { addresses: [ANY], versions: { v1: [V1], v2: [V2] }, port, retries };
  return fileConfiguration({ ...pods, rules: { dialect: "Traefik", ...rules } });
}

it("obeys rules of every place, each service of a version among them", async () => {
  using pod = await startPod(answerWhere);
  const rules = {
    middlewares: { tell: { headers: { customRequestHeaders: { "X-Lab-Seen": "added" } } } },
    routers: { first: { rule: "PathPrefix(`/`) && Header(`X-Version`, `v1`)", service: "backend-v1" } },
    services: { canary: { weighted: { services: [{ name: "backend-v2", weight: 1 }] } } },
    service: "canary",
    loadBalancer: { strategy: "p2c", serversTransport: "near" },
    serversTransports: { near: { forwardingTimeouts: { dialTimeout: "1s" } } },
  };
  await using traefik = await startTestTraefik({ pods: podsWith(rules, pod.port) });
  expect(mistakesIn(await traefik.ask("/api/rawdata"))).toEqual([]);
  using client = await connectClient(traefik.address);
  expect(await answerOf(client, { "x-version": "v1" })).toMatchObject({ pod: V1, seen: "" });
  expect(await answerOf(client)).toMatchObject({ pod: V2, seen: "added" });
});

it("its one router has its own retries first, and then what rules ask for, in their order", () => {
  const { http } = parse(podsWith({ middlewares: { b: { compress: {} }, a: { compress: {} } } }, 1, 2));
  expect(http.routers.backend.middlewares).toEqual(["retry", "b", "a"]);
  expect(Object.keys(http.middlewares)).toEqual(["retry", "b", "a"]);
});

it("tells what it does not take of its configuration, and goes on without that", async () => {
  await using traefik = await startTestTraefik({ pods: podsWith({ loadBalancer: { strategy: "nonsense" } }) });
  expect(mistakesIn(await traefik.ask("/api/rawdata"))).toEqual(['unsupported load-balancer strategy "nonsense"']);
});

it("says which field it does not know", () => {
  const [red, plain] = ["\u001b[31m", "\u001b[0m"];
  const said = `ERR Error while building configuration (for the first time) error=${red}"/tmp/pods.yaml: field not found, node: nonsense"${plain} providerName=file`;
  expect(complaintIn(said)).toBe("field not found, node: nonsense");
  expect(complaintIn("INF all is well")).toBeUndefined();
});
