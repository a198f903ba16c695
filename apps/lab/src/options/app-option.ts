import type { Command } from "commander";

/** The applications that the lab runs: the greeter of all modes, and Istio's echo. */
export const APPS = ["greeter", "echo"] as const;
export type App = (typeof APPS)[number];

/** What `--app` means, for `--help`. */
export const APP_HELP = "greeter, or echo: Istio's own application, proxyless, versions v1 and v2";

/** Ends the command with exit code 2 when an option was given that has no effect with `--app echo`. */
export function refuseOptionsBut(command: Command, effective: readonly string[]): void {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  const stray = given.find((option) => !effective.includes(option.attributeName()));
  if (stray !== undefined) {
    const others = command.options.filter((option) => effective.includes(option.attributeName()));
    const remedy = `what has: ${others.map(({ long }) => long).join(", ")}`;
    command.error(`error: ${stray.long} has no effect with --app echo; ${remedy}`);
  }
}
