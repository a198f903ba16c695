import { InputError } from "@grpc-lb-lab/input-error";
import { runProgram } from "./run-program.ts";

/** The program; `HELM` names another, such as a Helm 3 beside it. */
const HELM = process.env.HELM || "helm";

/** A command of Helm failed. */
export class HelmError extends InputError {
  override readonly name = "HelmError";
  /** What it wrote, to stdout first. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/**
 * Resolves with what a command of Helm wrote to stdout.
 * @throws {InputError} that it is not installed; a {@link HelmError} with Helm's own reason.
 */
export async function helm(args: readonly string[], program = HELM): Promise<string> {
  const { status, stdout, stderr } = await runProgram(program, args);
  if (status === 0) return stdout;
  const output = `${stdout}${stderr}`.trim();
  throw new HelmError(explain(`helm ${args[0]}`, output), output);
}

/** Usual reasons, as Helm has them, with what to do. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /exists and cannot be imported/,
    "`make deploy-…` has deployed to this namespace: remove that first with make undeploy-…",
  ],
  [/incompatible with Kubernetes/, "upgrade the cluster, or name another context"],
  [/release: not found/, "deploy the mode first with make helm-deploy-…"],
];

function explain(command: string, output: string): string {
  const [, remedy] = REMEDIES.find(([reason]) => reason.test(output)) ?? [];
  return `${command} failed: ${output}${remedy === undefined ? "" : `: ${remedy}`}`;
}
