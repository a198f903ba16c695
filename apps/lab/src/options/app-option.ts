import type { Command } from "commander";

/** The applications that the lab runs: the greeter of all modes, and Istio's echo. */
export const APPS = ["greeter", "echo"] as const;
export type App = (typeof APPS)[number];

/** What `--app` means, for `--help`. */
export const APP_HELP = "greeter, or echo: Istio's own application, proxyless, versions v1 and v2";

/** Ends the command with exit code 2 when an option was given that has no effect with the chosen application. */
export function refuseOptions(command: Command, app: App, isWithoutEffect: (name: string) => boolean): void {
  const stray = command.options.find((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === "cli" && isWithoutEffect(name);
  });
  if (stray !== undefined) command.error(`error: ${stray.long} has no effect with --app ${app}; leave it out`);
}
