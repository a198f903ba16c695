import { MODES } from "@grpc-lb-lab/modes";
import { expect, it } from "vitest";
import { EXPERIMENTS } from "./experiments.ts";
import { settleRun } from "./knobs/settle-run.ts";
import { ObservationBuilder } from "./testing/observation-builder.ts";
import { asExpected } from "./testing/scenarios.ts";
import { STAGES } from "./testing/stages.ts";

const CLAIMS = MODES.flatMap((mode) =>
  mode.claims.map((claim) => ({ mode, claim, name: mode.name, says: claim.says })),
);

it.each(CLAIMS)("of $name it is measured on a cluster that $says", ({ mode, claim }) => {
  const experiment = EXPERIMENTS.find(({ name }) => name === claim.experiment);
  if (experiment === undefined) throw new Error(`there is no experiment ${claim.experiment}`);
  const stage = STAGES.kubernetes;
  const { knobs } = settleRun({ mode, experiment, stage, asked: {}, modes: MODES });
  const builder = new ObservationBuilder(mode, knobs, stage.name);
  const seen = experiment.needs?.containerUsage === undefined ? asExpected(experiment, builder) : builder.build();
  expect(experiment.expectations(seen).map(({ id }) => id)).toContain(claim.expectation);
});

it("is something of every mode", () => {
  expect(MODES.filter(({ claims }) => claims.length === 0)).toEqual([]);
});
