import { Command, CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { applyCommand } from "./commands/apply-command.ts";
import { demoCommand } from "./commands/demo-command.ts";
import { greetCommand } from "./commands/greet-command.ts";
import { idleCommand } from "./commands/idle-command.ts";
import { loadCommand } from "./commands/load-command.ts";
import { modesCommand } from "./commands/modes-command.ts";
import { reportCommand } from "./commands/report-command.ts";
import { runCommand } from "./commands/run-command.ts";
import { serveCommand } from "./commands/serve-command.ts";
import { upCommand } from "./commands/up-command.ts";
import { verifyCommand } from "./commands/verify-command.ts";

/** Parses the command line, runs the command, and resolves with the exit code; 2 on bad usage. */
export async function labCommand({
  signal,
  env,
  argv,
}: {
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
  argv: readonly string[];
}): Promise<number> {
  let exitCode = 0;
  const context: CommandContext = { signal, env, exit: (code) => (exitCode = code) };
  try {
    await buildCommand(context).parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

/** The whole command line; nothing heavy is loaded before a command runs. */
export function buildCommand(context: CommandContext): Command {
  const lab = new Command("lab")
    .description("Shows, measures and proves how gRPC calls spread over the pods of a Kubernetes Service.")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("Run with --help for what is allowed.")
    .exitOverride();
  const commands = [
    demoCommand,
    runCommand,
    verifyCommand,
    reportCommand,
    modesCommand,
    greetCommand,
    upCommand,
    applyCommand,
    loadCommand,
    serveCommand,
    idleCommand,
  ];
  for (const make of commands) lab.addCommand(make(context).copyInheritedSettings(lab));
  return lab;
}

const EXAMPLES = `
Examples:
  lab demo                               every mode, every experiment, on this machine, in two minutes
  lab demo --modes plain,headless --experiments share
  lab run headless share --policy pick_first
  lab modes sidecar                      what to paste to get there
  lab up proxyless                       leave a mode running and watch who answers

Exit codes: 0 as expected, 1 something differs, 2 bad input.`;
