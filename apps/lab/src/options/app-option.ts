import { TRIAL_APPS } from "@grpc-lb-lab/policies";
import { APPS, type App } from "@grpc-lb-lab/stage-api";
import { type Command, Option } from "commander";
import { oneOf } from "./choices.ts";

const parse = oneOf("app", APPS);

/** `--app` of commands that put pods behind a mode. Default: what the stage has. */
export function podAppOption(): Option {
  const meaning =
    "what the pods run: greeter, the lab's own, or echo, Istio's EchoTestService (default: greeter; kubernetes stage: what is deployed)";
  return new Option("--app <app>", meaning).argParser(parse);
}

/** `--app` of commands that try policies: pods, or the frontend before them. Default: what the stage has. */
export function trialAppOption(): Option {
  const meaning =
    "what calls come to: pods that run greeter, the lab's own, or echo, Istio's EchoTestService; or frontend, which calls greeters for them (default: greeter; kubernetes stage: what is deployed)";
  return new Option("--app <app>", meaning).argParser(oneOf("app", TRIAL_APPS));
}

/** `--app` of commands that have a walk-through of Istio's beside the modes. */
export function walkThroughOption(): Option {
  const meaning =
    "greeter, or echo: Istio's walk-through of gRPC without proxies, with its own application in v1 and v2";
  return new Option("--app <app>", meaning).argParser(parse).default("greeter" satisfies App);
}

/** Ends the command with exit code 2 when an option was given that has no effect with the chosen application. */
export function refuseOptions(command: Command, app: App, isWithoutEffect: (name: string) => boolean): void {
  const stray = command.options.find((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === "cli" && isWithoutEffect(name);
  });
  if (stray !== undefined) command.error(`error: ${stray.long} has no effect with --app ${app}; leave it out`);
}
