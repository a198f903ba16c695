import { SERVICE_NAMES, type ServiceName } from "@grpc-lb-lab/stage/service-names";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { oneOf } from "../options/choices.ts";

/** `lab serve <what>`: what stands in for a part of the cluster where modes run in containers. */
export function serveCommand({ env, signal }: CommandContext): Command {
  return new Command("serve")
    .description("stands in for a part of a cluster until it is told to end (the containers stage starts this)")
    .addArgument(
      new Argument("<what>", `one of ${SERVICE_NAMES.join(", ")}`).argParser(oneOf("service", SERVICE_NAMES)),
    )
    .addHelpText(
      "after",
      `
The environment sets HOST, PORT, STATE_PORT and SEED. PUT /state on the state port sets what to serve.

Example:
  lab serve forwarder`,
    )
    .action(async (what: ServiceName) => {
      const { serve } = await import("@grpc-lb-lab/stage/serve");
      await serve(what, env, signal);
    });
}
