import type { KubePodTemplate } from "@grpc-lb-lab/cluster";
import { describe, expect, it } from "vitest";
import {
  deployedApp,
  desiredTemplate,
  serverEnv,
  settingsOf,
  withoutRestart,
  withRestart,
} from "./desired-template.ts";

const DEPLOYED: KubePodTemplate = {
  metadata: { labels: { app: "backend" } },
  spec: {
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: "app",
        image: "grpc-lb-lab/backend:dev",
        env: [
          { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "SHUTDOWN_GRACE_MS", value: "20000" },
          { name: "MAX_CONNECTION_AGE_MS", value: "30000" },
        ],
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
      },
      { name: "istio-proxy", image: "proxyv2" },
    ],
  },
};

/** What every experiment asks for. */
const USUAL = { BACKEND_RETRY: "off", DRAIN_DELAY_MS: "1500", SHUTDOWN_GRACE_MS: "5000", WORK_MS: "20" };

const app = (template: KubePodTemplate) => template.spec.containers[0];
const variable = (template: KubePodTemplate, name: string) => app(template)?.env?.find((one) => one.name === name);

it("what pods run is known from the image of their application, and of no other container", () => {
  const echo = DEPLOYED.spec.containers.map((one) => ({ ...one, image: one.image?.replace("backend", "echo") ?? "" }));
  expect(deployedApp(DEPLOYED)).toBe("greeter");
  expect(deployedApp({ ...DEPLOYED, spec: { ...DEPLOYED.spec, containers: echo } })).toBe("echo");
});

describe("the template that pods must be made from", () => {
  it("is the deployed one for what is deployed already, and for what needs no new pods", () => {
    expect(desiredTemplate(DEPLOYED, {})).toEqual(DEPLOYED);
    expect(desiredTemplate(DEPLOYED, USUAL)).toEqual(DEPLOYED);
    expect(desiredTemplate(DEPLOYED, { ...USUAL, MAX_CONNECTION_AGE_MS: "30000" })).toEqual(DEPLOYED);
  });

  it("has the servers' settings, and only the application's container changes", () => {
    const aged = desiredTemplate(DEPLOYED, { ...USUAL, MAX_CONNECTION_AGE_MS: "3000", VERSION: "v2" });
    expect(variable(aged, "MAX_CONNECTION_AGE_MS")).toEqual({ name: "MAX_CONNECTION_AGE_MS", value: "3000" });
    expect(variable(aged, "VERSION")).toEqual({ name: "VERSION", value: "v2" });
    expect(aged.spec.containers[1]).toEqual(DEPLOYED.spec.containers[1]);
    expect(variable(aged, "POD_NAME")).toEqual(variable(DEPLOYED, "POD_NAME"));
  });

  it("has how many calls pods work on at once, which they are not told while they run", () => {
    const limited = desiredTemplate(DEPLOYED, { ...USUAL, WORK_AT_ONCE: "2" });
    expect(variable(limited, "WORK_AT_ONCE")).toEqual({ name: "WORK_AT_ONCE", value: "2" });
    expect(variable(limited, "WORK_MS")).toBeUndefined();
  });

  it("has no preStop hook and no graceful shutdown without a drain", () => {
    const undrained = desiredTemplate(DEPLOYED, { DRAIN_DELAY_MS: "0", SHUTDOWN_GRACE_MS: "0" });
    expect(app(undrained)).not.toHaveProperty("lifecycle");
    expect(variable(undrained, "SHUTDOWN_GRACE_MS")?.value).toBe("0");
    expect(undrained.spec.terminationGracePeriodSeconds).toBe(30);
  });

  it("drains as long as is asked for at least, within a grace that is long enough", () => {
    const slow = desiredTemplate(DEPLOYED, { ...USUAL, DRAIN_DELAY_MS: "36500" });
    expect(app(slow)?.lifecycle).toEqual({ preStop: { sleep: { seconds: 37 } } });
    expect(slow.spec.terminationGracePeriodSeconds).toBe(37 + 20 + 5);
  });
});

it("tells what pods made from a template do", () => {
  expect(settingsOf(DEPLOYED)).toEqual({
    drainDelayMs: 5_000,
    maxConnectionAgeMs: 30_000,
    maxConnectionAgeGraceMs: 0,
  });
  const age = { MAX_CONNECTION_AGE_MS: "3000", MAX_CONNECTION_AGE_GRACE_MS: "500" };
  const changed = desiredTemplate(DEPLOYED, { DRAIN_DELAY_MS: "0", ...age });
  expect(settingsOf(changed)).toEqual({ drainDelayMs: 0, maxConnectionAgeMs: 3_000, maxConnectionAgeGraceMs: 500 });
});

it("gives servers neither the clients' settings nor what pods are told while they run", () => {
  expect(serverEnv({ ...USUAL, MAX_CONNECTION_AGE_MS: "3000" })).toEqual({ MAX_CONNECTION_AGE_MS: "3000" });
});

it("tells a restart from a change", () => {
  const restarted = withRestart(DEPLOYED, "2026-01-01T00:00:00.000Z");
  expect(restarted).not.toEqual(DEPLOYED);
  expect(withoutRestart(restarted)).toEqual(withoutRestart(DEPLOYED));
});
