import type { Expectation } from "@grpc-lb-lab/measure";
import { clientOf, variantsOf } from "@grpc-lb-lab/modes";
import { type StageName, undisturbedPath } from "@grpc-lb-lab/stage-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPERIMENTS, type Experiment, type KnobOverrides } from "./index.ts";
import type { Observation } from "./observation.ts";
import { BREAKING_CASES } from "./testing/breaking-cases.ts";
import { nothingSeen } from "./testing/mutations.ts";
import { BEGAN_AT_MS, observation, resultOf, UNAVAILABLE } from "./testing/observation-builder.ts";
import { KEYS, type ModeKey, renamed } from "./testing/renamed-modes.ts";
import { asExpected } from "./testing/scenarios.ts";

/** Every knob on which the set of expectations or a bound depends, with the values that matter. */
const VARIANTS: readonly KnobOverrides[] = [{ drain: true }, { drain: false }]
  .flatMap((knobs) => [undefined, "off", "2", "hedge:3"].map((retry) => ({ ...knobs, retry })))
  .flatMap((knobs) => [undefined, 0, 2].map((proxyRetries) => ({ ...knobs, proxyRetries })))
  .flatMap((knobs) => [undefined, 0, 3_000].map((maxAgeMs) => ({ ...knobs, maxAgeMs })))
  .flatMap((knobs) => [1, 3].map((clients) => ({ ...knobs, clients })))
  .flatMap((knobs) => [4, 5].map((pods) => ({ ...knobs, pods })));

interface Case {
  readonly about: string;
  readonly seen: Observation;
  /** What must come out of it. */
  readonly expectations: readonly Expectation[];
}

const EVERY_STAGE: readonly StageName[] = ["local", "containers", "kubernetes"];
/** Those that judge calls; what `cost` judges has a test of its own. */
const ALL = EXPERIMENTS.filter(({ needs }) => needs?.containerUsage === undefined);

/** Settings that have no effect under a mode are dropped, so that many come to the same run: it is looked at once. */
function makeCases(mode: ModeKey, experiment: Experiment): Case[] {
  const builders = [...settings(experiment), ...ofProxies(mode, experiment), ...ofClients(mode, experiment)].map(
    ({ stage, ...knobs }) => {
      const builder = observation(mode, experiment, knobs, stage);
      return { about: JSON.stringify({ stage, ...knobs }), run: `${stage} ${JSON.stringify(builder.knobs)}`, builder };
    },
  );
  const runs = new Map(builders.map((one) => [one.run, one]));
  return Array.from(runs.values(), ({ about, builder }) => {
    const seen = asExpected(experiment, builder);
    return { about, seen, expectations: experiment.expectations(seen) };
  });
}

/** Numbers of clients and pods have nothing to do with the stage. */
function variantsOn(stage: StageName): readonly KnobOverrides[] {
  return stage === "local" ? VARIANTS : VARIANTS.filter(({ clients, pods }) => clients === 1 && pods === 4);
}

/** Every variant, on every kind of stage that can carry the experiment out; where it is about the client's pings, with and without. */
function settings({ needs }: Experiment): (KnobOverrides & { readonly stage: StageName })[] {
  if (needs === undefined)
    return EVERY_STAGE.flatMap((stage) => variantsOn(stage).map((knobs) => ({ ...knobs, stage })));
  const stage = "containers";
  return [undefined, 0, 500].flatMap((keepaliveMs) =>
    VARIANTS.filter(({ drain }) => drain).map((knobs) => ({ ...knobs, keepaliveMs, stage })),
  );
}

/** Every policy that a client can be made to use in the place of a rotation, by itself. */
function ofClients(mode: ModeKey, { needs }: Experiment): (KnobOverrides & { readonly stage: StageName })[] {
  if (needs !== undefined || clientOf(undisturbedPath(renamed(mode))).pick.kind !== "rotation") return [];
  return ["least_request", "peak_ewma"].map((policy) => ({ policy, stage: "local" }));
}

/** Every variant of the mode's proxy, by itself. */
function ofProxies(mode: ModeKey, { needs }: Experiment): (KnobOverrides & { readonly stage: StageName })[] {
  const stages = needs === undefined ? EVERY_STAGE : (["containers"] as const);
  const variants = variantsOf(undisturbedPath(renamed(mode)));
  return variants.flatMap((proxyVariant) => stages.map((stage) => ({ proxyVariant, stage })));
}

describe.each(ALL)("what must come out of $name", (experiment) => {
  /** Under which modes its expectations were looked at, and which there were. */
  const looked = { modes: 0, ids: new Set<string>() };

  describe.each(KEYS)("under %s", (mode) => {
    // As long as they are looked at: all of them at once would be too much for the memory of a process.
    let all: readonly Case[] = [];
    beforeAll(() => {
      all = makeCases(mode, experiment);
    });
    afterAll(() => {
      all = [];
    });
    const broken = (seen: Observation) => experiment.expectations(seen).filter(({ ok }) => !ok);

    it("holds when everything goes as it must", () => {
      for (const { about, expectations } of all)
        expect(
          expectations.filter(({ ok }) => !ok),
          about,
        ).toEqual([]);
    });

    it("has no expectation that is unable to fail", () => {
      for (const { about, seen, expectations } of all) {
        for (const { id } of expectations) {
          const mutations = BREAKING_CASES[experiment.name]?.[id] ?? [];
          expect(mutations, `${id} has no breaking case`).not.toEqual([]);
          mutations.forEach((mutate, i) => {
            expect(
              broken(mutate(seen)).map((missed) => missed.id),
              `${about} ${id} case ${i}`,
            ).toContain(id);
          });
        }
      }
    });

    it("does not hold when nothing was seen", () => {
      for (const { about, seen } of all) {
        const expectations = experiment.expectations(nothingSeen(seen));
        expect(
          expectations.filter(({ ok }) => ok),
          about,
        ).toEqual([]);
      }
    });

    it("tells bound and measured figure in words, each id once", () => {
      looked.modes += 1;
      for (const { expectations } of all) {
        expect(new Set(expectations.map(({ id }) => id)).size).toBe(expectations.length);
        for (const { id, what, bound, measured } of expectations) {
          looked.ids.add(id);
          expect(what).toMatch(/^[a-z].{10,}[^.]$/);
          for (const figure of [bound, measured]) {
            expect(figure).toMatch(/\d+ (?:of \d+ )?(?:calls?|pods?|streams?|messages?|ms)|ended, \d+ calls?/);
            expect(figure).not.toMatch(/NaN|Infinity|undefined|\b1 (?:calls|pods|streams|messages)\b/);
          }
        }
      }
    });
  });

  // After all modes: an expectation may be of one of them alone.
  it("has no breaking case of an expectation that no mode has", ({ skip }) => {
    if (looked.modes < KEYS.length) skip("not all modes were looked at");
    expect(new Set(Object.keys(BREAKING_CASES[experiment.name] ?? {}))).toEqual(looked.ids);
  });
});

it.each(ALL)("judges 200,000 failed calls of $name", (experiment) => {
  const records = Array.from({ length: 200_000 }, (_, i) => ({
    startMs: BEGAN_AT_MS + i / 100,
    latencyMs: 1,
    code: UNAVAILABLE,
    pod: undefined,
    attempts: 1,
    client: 0,
  }));
  for (const mode of KEYS) {
    const seen = { ...asExpected(experiment, observation(mode, experiment)), records };
    const result = resultOf(mode, experiment, seen);
    expect(result, mode).toMatchObject({ status: "failed", calls: { failed: 200_000 } });
  }
});
