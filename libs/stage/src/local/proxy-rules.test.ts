import { modeNamed } from "@grpc-lb-lab/modes";
import { type Rules, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { NOTHING, plainStage } from "./testing/plain-stage.ts";

it.each<[mode: string, rules: Rules, by: string, reason: string]>([
  ["envoy", { dialect: "Envoy", cluster: { lbPolicy: "NONSENSE" } }, "Envoy", "unknown enum value: 'NONSENSE'"],
  ["nginx", { dialect: "nginx", location: ["nonsense on;"] }, "nginx", 'unknown directive "nonsense"'],
  ["haproxy", { dialect: "HAProxy", backend: ["nonsense on"] }, "HAProxy", "unknown keyword 'nonsense'"],
  ["traefik", { dialect: "Traefik", service: "nonsense" }, "Traefik", 'the service "nonsense@file" does not exist'],
])(
  "a deployment of %s whose proxy refuses the rules is not started, and leaves nothing",
  async (mode, rules, by, reason) => {
    const { stage, aborting, remains } = plainStage();
    const starting = stage.start(modeNamed(mode), { pods: 2, canaryPods: 1, rules, signal: aborting.signal });
    const failure: unknown = await starting.catch((error) => error);
    expect(failure).toBeInstanceOf(RulesRefusedError);
    expect(failure).toMatchObject({ by, reason: expect.stringContaining(reason) });
    expect(await remains()).toEqual(NOTHING);
  },
);
