import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { oneOf } from "../options/choices.ts";
import { addKnobOptions, type KnobFlags } from "../options/knob-options.ts";

/** `lab up <mode>`: leaves a mode running. */
export function upCommand(context: CommandContext): Command {
  const up = new Command("up")
    .description("leaves a mode running until Ctrl-C, says how to try it, and shows live who answers")
    .addArgument(new Argument("<mode>", `one of ${MODE_NAMES.join(", ")}`).argParser(oneOf("mode", MODE_NAMES)));
  return addKnobOptions(up)
    .addHelpText("after", "\nExamples:\n  lab up plain\n  lab up headless --pods 6 --max-age 10s --rate 50")
    .action(async (mode: ModeName, flags: KnobFlags) => {
      const { up: keepUp } = await import("../up/up.ts");
      await keepUp(mode, flags, context);
    });
}
