import { readFileSync } from "node:fs";
import { removeLeftFolders } from "@grpc-lb-lab/stage/left-folders";
import { Command, CommanderError } from "commander";
import type { Catalogue } from "./catalogue.ts";
import type { CommandContext } from "./command-context.ts";
import { print } from "./print.ts";
import { terminalStyle } from "./terminal-style.ts";

/** The lab's modes and experiments, or others that a test adds. */
export type LoadCatalogue = () => Promise<Catalogue>;

/** The commands in the order of help, each loaded when it is asked for: `lab load` starts with every run and needs no experiment. */
const COMMANDS: Readonly<Record<string, (context: CommandContext, catalogue: LoadCatalogue) => Promise<Command>>> = {
  demo: async (context, catalogue) =>
    (await import("./commands/demo-command.ts")).demoCommand({ ...context, catalogue: await catalogue() }),
  run: async (context, catalogue) =>
    (await import("./commands/run-command.ts")).runCommand({ ...context, catalogue: await catalogue() }),
  verify: async (context, catalogue) =>
    (await import("./commands/verify-command.ts")).verifyCommand({ ...context, catalogue: await catalogue() }),
  report: async (context, catalogue) =>
    (await import("./commands/report-command.ts")).reportCommand({ ...context, catalogue: await catalogue() }),
  matrix: async (context, catalogue) =>
    (await import("./commands/matrix-command.ts")).matrixCommand({ ...context, catalogue: await catalogue() }),
  policy: async (context, catalogue) =>
    (await import("./commands/policy-command.ts")).policyCommand({ ...context, catalogue: await catalogue() }),
  truth: async (context, catalogue) =>
    (await import("./commands/truth-command.ts")).truthCommand({ ...context, catalogue: await catalogue() }),
  modes: async (context, catalogue) =>
    (await import("./commands/modes-command.ts")).modesCommand({ ...context, catalogue: await catalogue() }),
  check: async (context) => (await import("./commands/check-command.ts")).checkCommand(context),
  greet: async (context) => (await import("./commands/greet-command.ts")).greetCommand(context),
  up: async (context, catalogue) =>
    (await import("./commands/up-command.ts")).upCommand({ ...context, catalogue: await catalogue() }),
  apply: async (context) => (await import("./commands/apply-command.ts")).applyCommand(context),
  delete: async (context) => (await import("./commands/apply-command.ts")).deleteCommand(context),
  get: async (context) => (await import("./commands/get-command.ts")).getCommand(context),
  load: async (context) => (await import("./commands/load-command.ts")).loadCommand(context),
  serve: async (context) => (await import("./commands/serve-command.ts")).serveCommand(context),
  idle: async (context) => (await import("./commands/idle-command.ts")).idleCommand(context),
};

/** Commands that another lab starts, in great number. They do not remove what dead labs have left. */
const INTERNAL_COMMANDS = ["load", "serve", "idle"];

/** The names of all commands. */
export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Parses the command line, runs the command, and resolves with the exit code; 2 on bad usage. */
export async function labCommand({
  signal,
  env,
  argv,
  catalogue = async () => (await import("./catalogue.ts")).CATALOGUE,
}: {
  signal: AbortSignal;
  env: NodeJS.ProcessEnv;
  argv: readonly string[];
  catalogue?: LoadCatalogue;
}): Promise<number> {
  let exitCode = 0;
  const context: CommandContext = { signal, env, exit: (code) => (exitCode = code) };
  const asked = argv[FIRST_ARGUMENT];
  if (!INTERNAL_COMMANDS.includes(asked ?? "")) await removeLeftFolders();
  try {
    const lab = await buildCommand(context, catalogue, asked);
    await lab.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

const { version: VERSION }: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

/** Behind the program and its script. */
const FIRST_ARGUMENT = 2;

/** The command line with the command that is asked for; with all of them where that is none, for help and for the nearest name. */
async function buildCommand(
  context: CommandContext,
  catalogue: LoadCatalogue,
  asked: string | undefined,
): Promise<Command> {
  const lab = new Command("lab")
    .description("Shows, measures and proves how gRPC calls spread over the pods of a Kubernetes Service.")
    .version(VERSION, "--version", "print the lab's version")
    .addHelpText("after", EXAMPLES)
    .configureOutput({
      writeOut: (text) => print(text),
      writeErr: (text) => print(text, process.stderr),
      getOutHelpWidth: () => terminalStyle(process.stdout, context.env).columns,
      getErrHelpWidth: () => terminalStyle(process.stderr, context.env).columns,
    })
    .showHelpAfterError("Run with --help to see what is allowed.")
    .exitOverride();
  const one = asked === undefined ? undefined : COMMANDS[asked];
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) {
    lab.addCommand((await load(context, catalogue)).copyInheritedSettings(lab));
  }
  return lab;
}

const EXAMPLES = `
Examples:
  lab demo                               every mode, every experiment, on this machine, in two minutes
  lab demo --modes plain,headless --experiments share
  lab run headless share --policy pick_first
  lab modes sidecar                      what to paste to use this mode
  lab matrix                             which experiment runs under which mode, and where
  lab policy fault-abort --mode envoy    whether a traffic rule is obeyed
  lab up proxyless                       run a mode and watch which pods answer

Exit codes: 0 as expected, 1 something differs, 2 bad input.`;
