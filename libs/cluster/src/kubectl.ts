import { InputError } from "@grpc-lb-lab/input-error";
import { runProgram } from "./run-program.ts";

/** How long the API server may take to answer a request, unless a command says otherwise: one that has gone is told soon. */
const REQUEST_TIMEOUT = "--request-timeout=20s";

/**
 * kubectl for one context of the kubeconfig file. It is for what is kubectl's own: kustomizations, `apply` with its merge of three sides,
 * `diff`, deletion that waits. Whatever is read, watched or patched goes through {@link KubeClient}: that has watches and exec, errors that
 * are told apart by status, and no process for each request.
 */
export class Kubectl {
  readonly context: string;

  constructor(context: string) {
    this.context = context;
  }

  /**
   * Resolves with what it wrote to stdout.
   * @throws {InputError} with kubectl's own reason, in words where it is a usual one.
   */
  async run(args: readonly string[], stdin = ""): Promise<string> {
    const all = ["--context", this.context, REQUEST_TIMEOUT, ...args];
    const { status, stdout, stderr } = await runProgram("kubectl", all, stdin);
    if (status !== 0) throw new InputError(explain(this.context, args, stderr));
    return stdout;
  }
}

/**
 * What `kubectl` writes without a context: what needs no cluster.
 * @throws {InputError} when it fails.
 */
export async function kubectlOffline(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram("kubectl", args);
  if (status !== 0) throw new InputError(`kubectl ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}

/** Usual reasons, as kubectl's stderr has them, with what to do. What keeps the API server from answering at all {@link KubeClient} tells before. */
const REASONS: readonly { readonly pattern: RegExp; tell(context: string, match: RegExpExecArray): string }[] = [
  {
    pattern: /forbidden: (User "[^"]*" cannot [^\n]*)/,
    tell: (context, [, what]) =>
      `context ${context} lacks a permission: ${what}: ask for a role that has it, or name another context`,
  },
  {
    pattern: /no matches for kind "(\w+)" in version "([^"]+)"/,
    tell: (context, [, kind, version]) =>
      `the cluster of context ${context} does not know ${kind} (${version}): for Istio's kinds run make istio, for those of the Gateway API make gateway-api, each with CONTEXT=${context}`,
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
