import { InputError, type Mode } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { assertRuns, cell } from "./cell.ts";
import { cost, costPlaintext } from "./cost/cost.ts";
import { deadPeer } from "./dead-peer/dead-peer.ts";
import { EXPERIMENTS } from "./experiments.ts";
import { share } from "./share/share.ts";
import { streams } from "./streams/streams.ts";
import { RENAMED_MODES, renamed } from "./testing/renamed-modes.ts";
import { STAGES } from "./testing/stages.ts";

const { local, containers, kubernetes } = STAGES;
const watch = renamed("watch");

describe("an experiment that needs a network", () => {
  it("is skipped where pods have none, with what it would need", () => {
    expect(cell(watch, deadPeer, local)).toEqual({
      runs: false,
      reason: "dead-peer cuts pods off their network, which the local stage cannot do",
      needs: "a stage that drops a pod's packets",
    });
    expect(cell(watch, deadPeer, containers)).toEqual({ runs: true });
  });
});

describe("an experiment about what containers use", () => {
  it("is skipped where nobody knows", () => {
    expect(cell(watch, cost, local)).toMatchObject({
      reason: "cost needs the kubelet's figures, which the local stage does not have",
    });
    expect(cell(watch, cost, kubernetes)).toEqual({ runs: true });
  });

  it("is skipped where nobody encrypts anything that could be left out", () => {
    const envoy = renamed("envoy");
    expect(cell(envoy, costPlaintext, kubernetes)).toEqual({
      runs: false,
      reason: "cost-plaintext switches a mesh's encryption, and this mode has no mesh",
      needs: "a mode with a mesh",
    });
    for (const meshed of ["sidecar", "proxyless"])
      expect(cell(renamed(meshed), costPlaintext, kubernetes)).toEqual({ runs: true });
  });
});

describe("an experiment that opens streams", () => {
  it("is skipped where the pods' application has none", () => {
    expect(cell(watch, streams, local, "echo")).toEqual({
      runs: false,
      reason: "streams calls SayHelloStream, which the application echo does not have",
      needs: "pods that run the greeter",
    });
    expect(cell(watch, streams, local)).toEqual({ runs: true });
    expect(cell(watch, share, local, "echo")).toEqual({ runs: true });
  });
});

describe("a mode without a launcher on a stage", () => {
  const elsewhere: Mode = { ...watch, launchers: { kubernetes: {} } };

  it("is legal, and skipped there in every experiment", () => {
    for (const experiment of EXPERIMENTS) {
      expect(cell(elsewhere, experiment, local)).toEqual({
        runs: false,
        reason: "the local stage has no launcher for this mode",
        needs: "the kubernetes stage",
      });
    }
    expect(cell(elsewhere, share, kubernetes)).toEqual({ runs: true });
  });
});

it("is refused as bad input where it does not run", () => {
  expect(() => assertRuns(watch, deadPeer, local)).toThrow(InputError);
  expect(() => assertRuns(watch, deadPeer, local)).toThrow(
    "dead-peer cuts pods off their network, which the local stage cannot do: it needs a stage that drops a pod's packets",
  );
  assertRuns(watch, deadPeer, containers);
});

it("leaves ten experiments that run wherever the mode does", () => {
  const everywhere = EXPERIMENTS.filter((experiment) =>
    Object.values(STAGES).every((stage) =>
      RENAMED_MODES.every((mode) => mode.launchers[stage.name] === undefined || cell(mode, experiment, stage).runs),
    ),
  );
  expect(everywhere.map(({ name }) => name)).toEqual([
    "share",
    "scale-up",
    "pod-crash",
    "rollout",
    "slow-pod",
    "bad-pod",
    "retry-storm",
    "many-clients",
    "overload",
    "streams",
  ]);
});
