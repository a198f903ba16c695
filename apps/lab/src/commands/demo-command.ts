import { MODE_NAMES } from "@grpc-lb-lab/stage/mode";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { DemoFlags } from "../demo/demo.ts";
import { APP_HELP, APPS, type App, refuseOptions } from "../options/app-option.ts";
import { listOf, oneOf } from "../options/choices.ts";
import { EXPERIMENT_NAMES } from "../options/experiment-names.ts";
import { addKnobOptions } from "../options/knob-options.ts";
import { addOutputOptions } from "../options/output-options.ts";

/** `lab demo`: every experiment under every mode on this machine, measured and judged. */
export function demoCommand(context: CommandContext): Command {
  const demo = new Command("demo")
    .description("runs the experiments under all modes on this machine, prints the comparison, writes the report")
    .option("--modes <list>", `of ${MODE_NAMES.join(",")}`, listOf("mode", MODE_NAMES), [...MODE_NAMES])
    .option("--experiments <list>", `of ${EXPERIMENT_NAMES.join(",")}`, listOf("experiment", EXPERIMENT_NAMES), [
      ...EXPERIMENT_NAMES,
    ])
    .option("--no-skips", "a mode that cannot run fails instead of being skipped")
    .option("--app <app>", APP_HELP, oneOf("app", APPS), "greeter");
  addOutputOptions(addKnobOptions(demo), "out/demo");
  return demo
    .addHelpText(
      "after",
      `
Examples:
  lab demo
  lab demo --modes plain,watch --experiments share,scale-up --pods 6
  lab demo --modes headless --policy pick_first     break a mode on purpose: exit 1, and why
  lab demo --app echo                               Istio's walk-through of proxyless gRPC: weights, mutual TLS`,
    )
    .action(async (flags: DemoFlags & { readonly app: App }) => {
      if (flags.app === "echo") {
        refuseOptions(demo, flags.app, (name) => !["app", "json", "out"].includes(name));
        const { runEchoDemo } = await import("../echo/echo-demo.ts");
        return context.exit(await runEchoDemo(flags, context));
      }
      const { runDemo } = await import("../demo/demo.ts");
      context.exit(await runDemo(flags, context));
    });
}
