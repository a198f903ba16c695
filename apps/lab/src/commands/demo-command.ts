import { LOCAL } from "@grpc-lb-lab/stage/abilities";
import type { App } from "@grpc-lb-lab/stage-api";
import { Command, Option } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import type { DemoFlags } from "../demo/demo.ts";
import { refuseOptions, walkThroughOption } from "../options/app-option.ts";
import { addExperimentsOption } from "../options/experiment-options.ts";
import { addKnobOptions } from "../options/knob-options.ts";
import { modeList } from "../options/mode-options.ts";
import { namesOf } from "../options/named.ts";
import { addOutputOptions } from "../options/output-options.ts";

/** `lab demo`: every experiment under every mode on this machine, measured and judged. */
export function demoCommand(context: CatalogueContext): Command {
  const { modes } = context.catalogue;
  const usual = modes.filter(({ isInDemo }) => isInDemo);
  const here = modes.filter(({ launchers }) => launchers.local !== undefined);
  const parse = modeList(modes);
  const demo = new Command("demo")
    .description("runs the experiments under the modes on this machine, prints a comparison and writes a report")
    .addOption(
      new Option("--modes <list>", `any of ${namesOf(modes).join(",")}, or all that run here`)
        .argParser((value) => (value === "all" ? here : parse(value)))
        .default(usual, namesOf(usual).join(",")),
    );
  addExperimentsOption(demo, context.catalogue, LOCAL, ({ isInDemo = true }) => isInDemo)
    .option("--no-skips", "a mode that cannot run fails instead of being skipped")
    .addOption(walkThroughOption());
  addOutputOptions(addKnobOptions(demo, modes), "out/demo");
  return demo
    .addHelpText(
      "after",
      `
Examples:
  lab demo
  lab demo --modes plain,watch --experiments share,scale-up --pods 6
  lab demo --modes headless --policy pick_first     break a mode on purpose: exit code 1 and the reason
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
