import { LB_POLICIES } from "@grpc-lb-lab/rpc/client-values";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { GreetFlags } from "../greet/greet.ts";
import { oneOf } from "../options/choices.ts";
import { duration, wholeNumber } from "../options/numbers.ts";

/** `lab greet <target>`: greets, and says who answered. */
export function greetCommand(context: CommandContext): Command {
  return new Command("greet")
    .description("calls a greeter, prints each answer as it arrives, then the share of each pod")
    .argument("<target>", "host:port, dns:///…, dns://server/…, kubernetes:///…, xds:///…")
    .option("--name <name>", "name to greet", "lab")
    .option("--count <n>", "number of calls; 0: until Ctrl-C", wholeNumber(0, 1_000_000), 10)
    .option("--interval <time>", "pause between two calls", duration(60_000), 500)
    .option("--deadline <time>", "deadline of each call", duration(60_000, 1), 5_000)
    .option("--policy <name>", "load-balancing policy (default: gRPC's own, pick_first)", oneOf("policy", LB_POLICIES))
    .option(
      "--expect-pods <n>",
      "repeat rounds of --count calls until n pods answer all calls of a round; 0: until no pod answers",
      wholeNumber(0, 1_000),
    )
    .option(
      "--within <time>",
      "how long to wait for --expect-pods before exit code 1 (default: 60s)",
      duration(3_600_000, 1),
    )
    .addHelpText(
      "after",
      `
Examples:
  lab greet localhost:50051
  lab greet dns:///backend-headless:50051 --policy round_robin --count 20 --interval 100ms
  lab greet backend:50051 --count 40 --interval 20ms --expect-pods 4 --within 90s`,
    )
    .action(async (target: string, flags: GreetFlags, command: Command) => {
      if (flags.expectPods !== undefined && flags.count === 0)
        command.error("error: --expect-pods needs rounds that end: give --count a number above 0");
      if (flags.expectPods === undefined && flags.within !== undefined)
        command.error("error: --within has no effect without --expect-pods; leave it out");
      const { greet } = await import("../greet/greet.ts");
      context.exit(await greet(target, flags, context));
    });
}
