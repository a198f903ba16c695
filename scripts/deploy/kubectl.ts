import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { DeployError } from "./deploy-error.ts";

/** Runs kubectl against one context of the kubeconfig file. */
export interface Kubectl {
  readonly context: string;
  /** Resolves with what it wrote to stdout. @throws {DeployError} with kubectl's own reason, in words where it is a usual one. */
  run(args: readonly string[], stdin?: string): Promise<string>;
  /** As `run … -o json`, parsed; undefined when there is no such object. */
  // biome-ignore lint/suspicious/noExplicitAny: Kubernetes objects, read a few fields deep.
  get(args: readonly string[]): Promise<any>;
}

/** How long the API server may take to answer a request, so that an unreachable one is told soon. */
const REQUEST_TIMEOUT = "--request-timeout=20s";

/** kubectl for `context`. */
export function kubectlFor(context: string): Kubectl {
  const run = async (args: readonly string[], stdin = "") => {
    const { status, stdout, stderr } = await execute(["--context", context, REQUEST_TIMEOUT, ...args], stdin);
    if (status !== 0) throw new DeployError(explain(context, args, stderr));
    return stdout;
  };
  const get = async (args: readonly string[]) => {
    const output = await run(["get", ...args, "--ignore-not-found", "-o", "json"]);
    return output === "" ? undefined : JSON.parse(output);
  };
  return { context, run, get };
}

/** Runs kubectl without a context: what needs no cluster. @throws {DeployError} when it fails. */
export async function kubectlOffline(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await execute(args, "");
  if (status !== 0) throw new DeployError(`kubectl ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}

async function execute(args: readonly string[], stdin: string) {
  const child = spawn("kubectl", args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {}); // It may end before it has read all: its exit tells why.
  child.stdin.end(stdin);
  const status = new Promise<number>((resolve, reject) => {
    child.once("close", (code) => resolve(code ?? 1));
    child.once("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "ENOENT" ? "it is not installed: https://kubernetes.io/docs/tasks/tools" : error.message;
      reject(new DeployError(`kubectl cannot be run: ${reason}`));
    });
  });
  const [code, stdout, stderr] = await Promise.all([status, text(child.stdout), text(child.stderr)]);
  return { status: code, stdout, stderr };
}

/** Usual reasons, as kubectl's stderr has them, with what to do. */
const REASONS: readonly { readonly pattern: RegExp; tell(context: string, match: RegExpExecArray): string }[] = [
  {
    pattern: /context .* does not exist|context was not found/,
    tell: (context) =>
      `there is no context ${context} in the kubeconfig file: make cluster makes kind-lab; for another cluster name one of kubectl config get-contexts, as in CONTEXT=my-cluster`,
  },
  {
    pattern:
      /connection refused|connection to the server .* was refused|no such host|i\/o timeout|Unable to connect|context deadline exceeded/i,
    tell: (context) =>
      `the cluster of context ${context} cannot be reached: see that it runs (kubectl --context ${context} get nodes), or make one with make cluster`,
  },
  {
    pattern: /\(Unauthorized\)/,
    tell: (context) =>
      `the cluster of context ${context} does not accept its credentials: renew them in the kubeconfig file, or name another context`,
  },
  {
    pattern: /forbidden: (User "[^"]*" cannot [^\n]*)/,
    tell: (context, [, what]) => `context ${context} lacks a permission: ${what}: ask for it, or name another context`,
  },
  {
    pattern: /no matches for kind "(\w+)" in version "([^"]+)"/,
    tell: (context, [, kind, version]) =>
      `the cluster of context ${context} does not know ${kind} (${version}): for Istio's kinds run make istio CONTEXT=${context} first`,
  },
];

/** Why kubectl failed, in words; its own where the reason is no usual one. */
export function explain(context: string, args: readonly string[], stderr: string): string {
  for (const { pattern, tell } of REASONS) {
    const match = pattern.exec(stderr);
    if (match !== null) return tell(context, match);
  }
  return `kubectl ${args.join(" ")} failed in context ${context}: ${stderr.trim()}`;
}
