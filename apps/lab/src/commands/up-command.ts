import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { EchoUpFlags } from "../echo/echo-up.ts";
import { FORWARDED_PORT, RULES_PORT } from "../echo/rules-address.ts";
import { APP_HELP, APPS, type App, refuseOptions } from "../options/app-option.ts";
import { listOf, oneOf } from "../options/choices.ts";
import { addKnobOptions, type KnobFlags } from "../options/knob-options.ts";
import { wholeNumber } from "../options/numbers.ts";

const ECHO_OPTIONS = ["forwardPort", "rulesPort"];
const port = wholeNumber(1, 65_535);

/** `lab up <modes>`: leaves modes running. */
export function upCommand(context: CommandContext): Command {
  const up = new Command("up")
    .description(
      "leaves modes running until Ctrl-C, says how to try them, and shows live who answers, here and on a page",
    )
    .addArgument(
      new Argument("<modes>", `one or more of ${MODE_NAMES.join(",")}`).argParser(listOf("mode", MODE_NAMES)),
    );
  return addKnobOptions(up)
    .option("--app <app>", APP_HELP, oneOf("app", APPS), "greeter")
    .option("--forward-port <port>", `with --app echo: forwarded to v1 (default: ${FORWARDED_PORT})`, port)
    .option("--rules-port <port>", `with --app echo: where lab apply sends rules (default: ${RULES_PORT})`, port)
    .addHelpText("after", EXAMPLES)
    .action(async (modes: ModeName[], { app, ...flags }: KnobFlags & EchoUpFlags & { readonly app: App }) => {
      if (app === "echo") {
        if (modes.join() !== "proxyless") up.error(`error: --app echo runs under proxyless only, not under ${modes}`);
        refuseOptions(up, app, (name) => !["app", ...ECHO_OPTIONS].includes(name));
        const { echoUp } = await import("../echo/echo-up.ts");
        return echoUp(flags, context);
      }
      refuseOptions(up, app, (name) => ECHO_OPTIONS.includes(name));
      const { up: keepUp } = await import("../up/up.ts");
      await keepUp(modes, flags, context);
    });
}

const EXAMPLES = `
Examples:
  lab up plain
  lab up headless --pods 6 --max-age 10s --rate 50
  lab up plain,proxyless                            side by side on one page
  lab up proxyless --app echo`;
