import type { Rules } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { deployedConfig as envoyYaml } from "../envoy/deployed-config.ts";
import { deployedEnvoy } from "../envoy/deployed-envoy.ts";
import { deployedConfig as haproxyCfg } from "../haproxy/deployed-config.ts";
import { deployedHaproxy } from "../haproxy/deployed-haproxy.ts";
import { deployedConfig as nginxConf } from "../nginx/deployed-config.ts";
import { deployedNginx } from "../nginx/deployed-nginx.ts";

describe.each([
  {
    proxy: deployedEnvoy,
    deployed: envoyYaml(),
    none: { dialect: "Envoy" } as Rules,
    rules: { dialect: "Envoy", action: { timeout: "2s" } } as Rules,
    rule: "timeout: 2s",
    other: ["dns_refresh_rate: 5s", "dns_refresh_rate: 0.5s"] as const,
    ofVersion: "address: backend-v2-headless\n",
  },
  {
    proxy: deployedNginx,
    deployed: nginxConf(),
    none: { dialect: "nginx" } as Rules,
    rules: { dialect: "nginx", location: ["grpc_read_timeout 2s;"] } as Rules,
    rule: "grpc_read_timeout 2s;",
    other: [/backend-headless\.lab-nginx\.svc/, "backend-headless.mine.svc"] as const,
    ofVersion: "server backend-v2-headless.lab-nginx.svc.cluster.local:50051 resolve;",
  },
  {
    proxy: deployedHaproxy,
    deployed: haproxyCfg(),
    none: { dialect: "HAProxy" } as Rules,
    rules: { dialect: "HAProxy", backend: ["timeout server 2s"] } as Rules,
    rule: "timeout server 2s",
    other: ["nbthread 1", "nbthread 4"] as const,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: HAProxy's environment.
    ofVersion: '"backend-v2-headless.${POD_NAMESPACE}.svc.${CLUSTER_DOMAIN-cluster.local}:50051"',
  },
])("the file by which the deployed $proxy.deployment is asked for rules", (the) => {
  const { proxy, deployed, none, rules } = the;
  const withRules = (text: string, asked: Rules, hasCanary = false) =>
    proxy.rulesFile?.withRules(text, { rules: asked, hasCanary });

  it("is what is deployed, where rules ask for nothing, and keeps what is deployed otherwise", () => {
    expect(withRules(deployed, none)).toBe(deployed);
    const [found, instead] = the.other;
    const otherwise = deployed.replace(found, instead);
    expect(otherwise).not.toBe(deployed);
    expect(withRules(otherwise, none)).toBe(otherwise);
  });

  it("has the rules, and the pods of each version where there are two", () => {
    expect(withRules(deployed, rules)).toContain(the.rule);
    expect(withRules(deployed, rules)).not.toContain("backend-v");
    expect(withRules(deployed, rules, true)).toContain(the.ofVersion);
  });

  it("has nothing of rules in another dialect", () => {
    expect(withRules(deployed, { dialect: "Istio", objects: [] })).toBeUndefined();
  });
});
