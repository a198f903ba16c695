import type { Rules } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { POLICIES } from "../policies.ts";
import { rulesText } from "./rules-text.ts";

const text = (rules: Rules) => rulesText(rules).split("\n").filter(Boolean);
const object = (kind: string, spec: object) => ({ apiVersion: "v1", kind, metadata: { name: "a" }, spec: { ...spec } });

describe("rules as one pastes them", () => {
  it("are JSON for a service config, and assignments for the environment of servers", () => {
    const rules: Rules = {
      dialect: "gRPC service config",
      serviceConfig: { methodConfig: [] },
      serverEnv: { MAX_CONNECTION_AGE_MS: "1000" },
    };
    expect(text(rules)).toEqual([
      "{",
      '  "methodConfig": []',
      "}",
      "# in the environment of the servers",
      "MAX_CONNECTION_AGE_MS=1000",
    ]);
  });

  it("are YAML for objects, one document each", () => {
    const objects = [object("VirtualService", { hosts: ["backend"] }), object("DestinationRule", {})];
    const documents = parseAllDocuments(rulesText({ dialect: "Istio", objects }));
    expect(documents.map((document) => document.toJS())).toEqual(objects);
  });

  it("say where a route is attached: to the Service, or where the mode has its routes, unless they say it themselves", () => {
    const spec = (rules: Rules, mode = {}) => parseAllDocuments(rulesText(rules, mode))[0]?.toJS().spec;
    const rules: Rules = { dialect: "GRPCRoute", objects: [object("GRPCRoute", { rules: [] })] };
    expect(spec(rules)).toEqual({ parentRefs: [{ group: "", kind: "Service", name: "backend" }], rules: [] });
    const routeParent = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" };
    expect(spec(rules, { routeParent })).toEqual({ parentRefs: [routeParent], rules: [] });
    const own: Rules = { dialect: "GRPCRoute", objects: [object("GRPCRoute", { parentRefs: [{ name: "own" }] })] };
    expect(spec(own)).toEqual({ parentRefs: [{ name: "own" }] });
  });

  it("are the parts of Envoy's configuration in their places", () => {
    const rules: Rules = {
      dialect: "Envoy",
      action: { timeout: "1s" },
      routesBefore: [{ match: { prefix: "/a" } }],
      httpFilters: [{ name: "fault" }],
      cluster: { lbPolicy: "RANDOM" },
    };
    const [manager = "", cluster = ""] = rulesText(rules).split("\n\n");
    expect(parseAllDocuments(manager)[0]?.toJS()).toEqual({
      httpFilters: [{ name: "fault" }],
      routeConfig: {
        virtualHosts: [{ routes: [{ match: { prefix: "/a" } }, { match: { prefix: "/" }, route: { timeout: "1s" } }] }],
      },
    });
    expect(cluster).toBe("# in every cluster of pods\nlbPolicy: RANDOM\n");
  });

  it("are directives in the blocks of nginx that have any", () => {
    const rules: Rules = {
      dialect: "nginx",
      upstream: ["random;"],
      serverParameters: ["max_fails=3"],
      location: ["a;"],
    };
    expect(text(rules).map((line) => line.trim())).toEqual([
      ...["http {", "upstream backend {", "random;", "server <pod> max_fails=3;", "}"],
      ...["server {", "location / {", "a;", "}", "}", "}"],
    ]);
  });

  it("are lines in the sections of HAProxy that have any", () => {
    const rules: Rules = {
      dialect: "HAProxy",
      backend: ["balance first"],
      serverParameters: ["maxconn 5"],
      sections: ["backend b"],
    };
    expect(text(rules)).toEqual(["backend backend", "    balance first", "    server <pod> maxconn 5", "backend b"]);
  });

  it("are a file of Traefik's dynamic configuration", () => {
    const rules: Rules = {
      dialect: "Traefik",
      middlewares: { limit: {} },
      service: "v2",
      loadBalancer: { strategy: "p2c" },
    };
    expect(parseAllDocuments(rulesText(rules))[0]?.toJS()).toEqual({
      http: {
        routers: { backend: { service: "v2", middlewares: ["limit"] } },
        middlewares: { limit: {} },
        services: { backend: { loadBalancer: { strategy: "p2c" } } },
      },
    });
  });
});

describe("the rules of every policy", () => {
  const all = POLICIES.flatMap(({ name, dialects, parameters }) =>
    Object.values(dialects(parameters)).map((rules): [string, Rules] => [`${name} in ${rules.dialect}`, rules]),
  );

  it.each(all)("can be pasted: %s", (_, rules) => {
    const pasted = rulesText(rules);
    expect(pasted).toMatch(/\S\n$/);
    expect(pasted).not.toMatch(/\bundefined\b|\[object/);
  });
});
