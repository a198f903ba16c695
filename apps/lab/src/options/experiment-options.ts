import { cell, type Experiment } from "@grpc-lb-lab/experiments";
import type { StageTraits } from "@grpc-lb-lab/stage-api";
import { Argument, type Command, Option } from "commander";
import type { Catalogue } from "../catalogue.ts";
import { listOf, oneOf } from "./choices.ts";
import { named, namesOf } from "./named.ts";

/** The argument that names an experiment. */
export function experimentArgument(experiments: readonly Experiment[]): Argument {
  const names = namesOf(experiments);
  const parse = oneOf("experiment", names);
  const description = `one of ${names.join(", ")}; lab matrix shows which runs where`;
  return new Argument("<experiment>", description).argParser((value) => named(parse(value), experiments));
}

/** Adds `--experiments`, of those that run on `stage` under some mode; default: all of them that `isUsual` takes. */
export function addExperimentsOption(
  command: Command,
  { modes, experiments }: Catalogue,
  stage: StageTraits,
  isUsual: (experiment: Experiment) => boolean = () => true,
): Command {
  const possible = experiments.filter((experiment) => modes.some((mode) => cell(mode, experiment, stage).runs));
  const parse = listOf("experiment", namesOf(possible));
  const option = new Option("--experiments <list>", `any of ${namesOf(possible).join(",")}`);
  option.argParser((value) => parse(value).map((name) => named(name, possible)));
  const usual = possible.filter(isUsual);
  return command.addOption(
    option.default(usual, usual.length === possible.length ? "all of them" : namesOf(usual).join(",")),
  );
}
