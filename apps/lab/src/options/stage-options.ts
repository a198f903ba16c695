import { STAGES } from "@grpc-lb-lab/stage/abilities";
import type { StageName } from "@grpc-lb-lab/stage-api";
import { type Command, InvalidArgumentError, Option } from "commander";
import { oneOf } from "./choices.ts";

/** Where a run is made. */
export interface StageFlags {
  readonly stage: StageName;
  readonly tag: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** Source: https://github.com/distribution/reference, "tag". */
const TAG = /^\w[\w.-]{0,127}$/;

/** Options that some stages alone have. */
const STAGES_OF_OPTIONS: Readonly<Record<string, readonly StageName[]>> = {
  tag: ["containers"],
  context: ["kubernetes"],
  namespace: ["kubernetes"],
};

/** Adds `--stage` and what stages are told. */
export function addStageOptions(command: Command): Command {
  return command
    .option(
      "--stage <stage>",
      STAGES.map(({ name, what }) => `${name}: ${what}`).join("; "),
      oneOf(
        "stage",
        STAGES.map(({ name }) => name),
      ),
      "local",
    )
    .option(
      "--context <name>",
      "kubernetes stage: a context of the kubeconfig file; the current context is never the default",
    )
    .option("--namespace <name>", "kubernetes stage: namespace of the mode (default: lab-<mode>)")
    .addOption(
      new Option("--tag <tag>", "tag of the lab's images, for stages that run them")
        .env("LAB_TAG")
        .argParser(tag)
        .default("dev"),
    );
}

/** Ends the command with exit code 2 when an option was given that its stage does not have, or one is missing that it needs. */
export function checkStageOptions(command: Command, { stage, context }: StageFlags): void {
  for (const [name, stages] of Object.entries(STAGES_OF_OPTIONS)) {
    if (command.getOptionValueSource(name) !== "cli" || stages.includes(stage)) continue;
    command.error(`error: --${name} has no effect on the ${stage} stage; leave it out`);
  }
  if (stage === "kubernetes" && context === undefined) {
    command.error("error: --stage kubernetes needs --context <name>: the current context is never the default");
  }
}

function tag(value: string): string {
  if (TAG.test(value)) return value;
  throw new InvalidArgumentError("It must be the tag of an image: letters, digits, and . _ - after the first.");
}
