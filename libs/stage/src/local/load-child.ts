import { createInterface } from "node:readline";
import type { LoadProgram } from "../load/load-program.ts";
import { childEnvironment } from "./child-environment.ts";
import type { ChildProcesses } from "./child-processes.ts";
import type { Command } from "./ready-process.ts";

/** Starts `lab load` as a child process with a client's environment. */
export function startLoadChild(
  command: Command,
  env: Readonly<Record<string, string>>,
  children: ChildProcesses,
): LoadProgram {
  const [program, ...args] = command;
  const child = children.spawn(program, args, {
    env: childEnvironment(env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let lastWords = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastWords = line;
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(`lab load did not start: ${error.message}`));
    child.once("close", (code, signal) =>
      resolve(code === 0 ? undefined : `lab load ended with ${code ?? signal}${lastWords && `: ${lastWords}`}`),
    );
  });
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => child.kill("SIGKILL") };
}
