import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(import.meta.dirname, "../../..");
/** What a make above would pass on: its variables, the options of images, and how deep it is; and what a runner of tests asks of terminals. */
const OF_OTHERS = {
  MAKEFLAGS: undefined,
  MFLAGS: undefined,
  MAKELEVEL: undefined,
  TAG: undefined,
  REGISTRY: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: "1",
};

/** How a command ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The context of the cluster to test with. @throws {Error} when none is named. */
export function testContext(): string {
  const context = process.env.LAB_KUBE_CONTEXT ?? "";
  if (context === "") throw new Error("LAB_KUBE_CONTEXT is not set: run make test-cluster CONTEXT=…");
  return context;
}

/** Runs a target of the Makefile as its users do, with variables as they give them (`CONTEXT=…`). */
export function makeTarget(target: string, variables: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return runCommand("make", [target, ...variables], env);
}

/** Runs a command in the repository's folder; resolves when it has ended. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...OF_OTHERS, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status: status ?? 1, stdout, stderr };
}
