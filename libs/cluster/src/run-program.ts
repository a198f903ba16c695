import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { InputError, ProgramUnavailableError } from "@grpc-lb-lab/input-error";

/** How a program ended. */
export interface EndedProgram {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where people get the programs that the lab runs. */
const HOMES: Readonly<Record<string, string>> = {
  kubectl: "https://kubernetes.io/docs/tasks/tools",
  helm: "https://helm.sh/docs/intro/install",
};

/**
 * Runs a program to its end, with `stdin`.
 * @throws {ProgramUnavailableError} that it is not installed; {@link InputError} why else it cannot be run.
 */
export async function runProgram(program: string, args: readonly string[], stdin = ""): Promise<EndedProgram> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {}); // It may end before it has read all: its exit tells why.
  child.stdin.end(stdin);
  const status = new Promise<number>((resolve, reject) => {
    child.once("close", (code) => resolve(code ?? 1));
    child.once("error", (error: NodeJS.ErrnoException) => reject(cannotRun(program, error)));
  });
  const [code, stdout, stderr] = await Promise.all([status, text(child.stdout), text(child.stderr)]);
  return { status: code, stdout, stderr };
}

function cannotRun(program: string, { code, message }: NodeJS.ErrnoException): InputError {
  if (code !== "ENOENT") return new InputError(`${program} cannot be run: ${message}`);
  const home = Object.entries(HOMES).find(([name]) => program.includes(name))?.[1];
  return new ProgramUnavailableError(`${program} is not installed${home === undefined ? "" : `: ${home}`}`);
}
