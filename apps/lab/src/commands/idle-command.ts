import { once } from "node:events";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

/** `lab idle`: the main process of a client pod, which holds no channel: loads run beside it. */
export function idleCommand({ signal }: CommandContext): Command {
  return new Command("idle")
    .description("does nothing until it is told to end (the main process of a client pod)")
    .addHelpText("after", "\nExample:\n  lab idle")
    .action(async () => {
      const alive = setInterval(() => {}, 2 ** 30); // Listening to signals alone keeps no process alive.
      if (!signal.aborted) await once(signal, "abort");
      clearInterval(alive);
    });
}
