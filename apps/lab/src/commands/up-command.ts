import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { EchoUpFlags } from "../echo/echo-up.ts";
import { APP_HELP, APPS, type App, refuseOptionsBut } from "../options/app-option.ts";
import { oneOf } from "../options/choices.ts";
import { addKnobOptions, type KnobFlags } from "../options/knob-options.ts";
import { wholeNumber } from "../options/numbers.ts";

/** `lab up <mode>`: leaves a mode running. */
export function upCommand(context: CommandContext): Command {
  const up = new Command("up")
    .description("leaves a mode running until Ctrl-C, says how to try it, and shows live who answers")
    .addArgument(new Argument("<mode>", `one of ${MODE_NAMES.join(", ")}`).argParser(oneOf("mode", MODE_NAMES)));
  return addKnobOptions(up)
    .option("--app <app>", APP_HELP, oneOf("app", APPS), "greeter")
    .option("--forward-port <port>", "with --app echo: forwarded to v1 (default: 17171)", wholeNumber(1, 65_535))
    .option(
      "--rules-port <port>",
      "with --app echo: where lab apply sends rules (default: 17170)",
      wholeNumber(1, 65_535),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (mode: ModeName, { app, ...flags }: KnobFlags & EchoUpFlags & { readonly app: App }) => {
      if (app === "echo") {
        if (mode !== "proxyless") up.error(`error: --app echo runs under proxyless only, not under ${mode}`);
        refuseOptionsBut(up, ["app", "forwardPort", "rulesPort"]);
        const { echoUp } = await import("../echo/echo-up.ts");
        return echoUp(flags, context);
      }
      const { up: keepUp } = await import("../up/up.ts");
      await keepUp(mode, flags, context);
    });
}

const EXAMPLES = `
Examples:
  lab up plain
  lab up headless --pods 6 --max-age 10s --rate 50
  lab up proxyless --app echo`;
