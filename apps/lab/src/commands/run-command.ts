import type { Experiment } from "@grpc-lb-lab/experiments";
import type { Mode } from "@grpc-lb-lab/stage-api";
import { Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { podAppOption } from "../options/app-option.ts";
import { experimentArgument } from "../options/experiment-options.ts";
import { addKnobOptions } from "../options/knob-options.ts";
import { modeArgument } from "../options/mode-options.ts";
import { addOutputOptions } from "../options/output-options.ts";
import { rulesOption } from "../options/policy-options.ts";
import { addStageOptions, checkStageOptions } from "../options/stage-options.ts";
import type { RunFlags } from "../run-one.ts";

/** `lab run <mode> <experiment>`: one run with its knobs. */
export function runCommand(context: CatalogueContext): Command {
  const run = new Command("run")
    .description("runs one experiment under one mode; the options set its knobs")
    .addArgument(modeArgument("<mode>", context.catalogue.modes))
    .addArgument(experimentArgument(context.catalogue.experiments))
    .addOption(rulesOption(context.catalogue.policies))
    .addOption(podAppOption());
  addOutputOptions(addKnobOptions(addStageOptions(run), context.catalogue.modes), "out/run");
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
  lab run envoy share --rules balance-least-request    with a traffic policy in force
  lab run headless rollout --app echo                  pods that run Istio's EchoTestService
  lab run headless share --stage containers            in Docker, after make images
  lab run watch dead-peer --stage containers --keepalive 0
  lab run sidecar pod-crash --stage kubernetes --context kind-lab --proxy-retries 0`,
    )
    .action(async (mode: Mode, experiment: Experiment, flags: RunFlags) => {
      checkStageOptions(run, flags);
      const { runOne } = await import("../run-one.ts");
      context.exit(await runOne(mode, experiment, flags, context));
    });
}
