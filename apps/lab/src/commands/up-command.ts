import type { App, Mode } from "@grpc-lb-lab/stage-api";
import { Argument, Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import type { EchoUpFlags } from "../echo/echo-up.ts";
import { FORWARDED_PORT, RULES_PORT } from "../echo/rules-address.ts";
import { refuseOptions, walkThroughOption } from "../options/app-option.ts";
import { addKnobOptions } from "../options/knob-options.ts";
import { listenAddress } from "../options/listen-address.ts";
import { modeList } from "../options/mode-options.ts";
import { namesOf } from "../options/named.ts";
import { wholeNumber } from "../options/numbers.ts";
import type { UpFlags } from "../up/up.ts";

const ECHO_OPTIONS = ["forwardPort", "rulesPort"];
const port = wholeNumber(1, 65_535);

/** `lab up <modes>`: leaves modes running. */
export function upCommand(context: CatalogueContext): Command {
  // It has no other stage to offer.
  const modes = context.catalogue.modes.filter(({ launchers }) => launchers.local !== undefined);
  const up = new Command("up")
    .description("runs modes until Ctrl-C, says how to try them, and shows live which pods answer, here and on a page")
    .addArgument(new Argument("<modes>", `one or more of ${namesOf(modes).join(",")}`).argParser(modeList(modes)));
  return addKnobOptions(up, modes)
    .option(
      "--listen <address:port>",
      "also serve the pages here, all at one port, for ssh -L, containers and WSL2; the address alone means port 3000, the port alone 127.0.0.1",
      listenAddress,
    )
    .addOption(walkThroughOption())
    .option("--forward-port <port>", `with --app echo: port that forwards to v1 (default: ${FORWARDED_PORT})`, port)
    .option("--rules-port <port>", `with --app echo: port for the rules of lab apply (default: ${RULES_PORT})`, port)
    .addHelpText("after", EXAMPLES)
    .action(async (chosen: Mode[], { app, ...flags }: UpFlags & EchoUpFlags & { readonly app: App }) => {
      if (app === "echo") {
        const names = namesOf(chosen).join(",");
        if (names !== "proxyless") up.error(`error: --app echo runs under proxyless only, not under ${names}`);
        refuseOptions(up, app, (name) => !["app", ...ECHO_OPTIONS].includes(name));
        const { echoUp } = await import("../echo/echo-up.ts");
        return echoUp(flags, context);
      }
      refuseOptions(up, app, (name) => ECHO_OPTIONS.includes(name));
      const { up: keepUp } = await import("../up/up.ts");
      await keepUp(chosen, flags, context);
    });
}

const EXAMPLES = `
Examples:
  lab up plain
  lab up headless --pods 6 --max-age 10s --rate 50
  lab up plain,proxyless                            side by side on one page
  lab up plain,proxyless --listen 8080              both pages at http://127.0.0.1:8080
  lab up headless --listen 0.0.0.0:8080             in a container: published with -p 127.0.0.1:8080:8080
  lab up proxyless --app echo`;
