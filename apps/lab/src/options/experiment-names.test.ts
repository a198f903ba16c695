import { METERED_EXPERIMENTS, NETWORK_EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { expect, it } from "vitest";
import { METERED_EXPERIMENT_NAMES, NETWORK_EXPERIMENT_NAMES } from "./experiment-names.ts";

it("names the experiments that not every stage can carry out as their library does", () => {
  expect(NETWORK_EXPERIMENT_NAMES).toEqual(NETWORK_EXPERIMENTS.map(({ name }) => name));
  expect(METERED_EXPERIMENT_NAMES).toEqual(METERED_EXPERIMENTS.map(({ name }) => name));
});
