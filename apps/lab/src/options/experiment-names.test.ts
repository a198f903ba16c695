import { NETWORK_EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { expect, it } from "vitest";
import { NETWORK_EXPERIMENT_NAMES } from "./experiment-names.ts";

it("names the experiments that need a network as their library does", () => {
  expect(NETWORK_EXPERIMENT_NAMES).toEqual(NETWORK_EXPERIMENTS.map(({ name }) => name));
});
