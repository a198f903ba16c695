import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { oneOf } from "../options/choices.ts";
import { EXPERIMENT_NAMES, METERED_EXPERIMENT_NAMES, NETWORK_EXPERIMENT_NAMES } from "../options/experiment-names.ts";
import { addKnobOptions } from "../options/knob-options.ts";
import { addOutputOptions } from "../options/output-options.ts";
import { addStageOptions, checkStageOptions } from "../options/stage-options.ts";
import type { RunFlags } from "../run-one.ts";

const EXPERIMENTS = [...EXPERIMENT_NAMES, ...NETWORK_EXPERIMENT_NAMES, ...METERED_EXPERIMENT_NAMES];

/** `lab run <mode> <experiment>`: one run with its knobs. */
export function runCommand(context: CommandContext): Command {
  const run = new Command("run")
    .description("runs one experiment under one mode, with any of its knobs turned")
    .addArgument(new Argument("<mode>", `one of ${MODE_NAMES.join(", ")}`).argParser(oneOf("mode", MODE_NAMES)))
    .addArgument(
      new Argument(
        "<experiment>",
        `one of ${EXPERIMENTS.join(", ")} (${NETWORK_EXPERIMENT_NAMES.join(", ")}: with --stage containers; ${METERED_EXPERIMENT_NAMES.join(", ")}: with --stage kubernetes)`,
      ).argParser(oneOf("experiment", EXPERIMENTS)),
    );
  addOutputOptions(addKnobOptions(addStageOptions(run)), "out/run");
  return run
    .addHelpText(
      "after",
      `
Examples:
  lab run plain share --clients 8 --rate 200 --calls 2000
  lab run headless scale-up --max-age 5s --dns-interval 2s
  lab run sidecar pod-crash --proxy-retries 0
  lab run watch rollout --drain off
  lab run proxyless share --in-flight 50 --duration 10s
  lab run headless share --stage containers            in Docker, after make images
  lab run watch dead-peer --stage containers --keepalive 0
  lab run sidecar pod-crash --stage kubernetes --context kind-lab --proxy-retries 0`,
    )
    .action(async (mode: ModeName, experiment: string, flags: RunFlags) => {
      checkStageOptions(run, flags);
      const { runOne } = await import("../run-one.ts");
      context.exit(await runOne(mode, experiment, flags, context));
    });
}
