import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { DeployError } from "../deploy/deploy-error.ts";
import type { ImageSource } from "../deploy/overlay.ts";

const run = promisify(execFile);
/** The program; HELM names another, such as a Helm 3 beside it. */
const HELM = process.env.HELM || "helm";
const CHART = join(import.meta.dirname, "../../deploy/helm/grpc-lb-lab");

/** The modes that the chart has values for. */
export function chartModes(): string[] {
  return globSync("values-*.yaml", { cwd: CHART })
    .map((file) => basename(file, ".yaml").replace("values-", ""))
    .sort();
}

/** The chart, and the values of a mode and of images, as arguments of helm. */
export function chartArguments(mode: string, { registry, tag }: ImageSource): string[] {
  return [
    ...[CHART, "--values", join(CHART, `values-${mode}.yaml`)],
    ...(registry === undefined ? [] : ["--set-string", `image.registry=${registry}`]),
    ...(tag === undefined ? [] : ["--set-string", `image.tag=${tag}`]),
  ];
}

/** A command of Helm failed. */
export class HelmError extends DeployError {
  /** What it wrote, to stdout first. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/**
 * Resolves with what a command of Helm wrote to stdout.
 * @throws {DeployError} that it is not installed; a {@link HelmError} with Helm's own reason.
 */
export async function helm(args: readonly string[]): Promise<string> {
  try {
    return (await run(HELM, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") throw new DeployError(`${HELM} is not installed: https://helm.sh/docs/intro/install`);
    const output = `${stdout}${stderr}`.trim();
    throw new HelmError(explain(`helm ${args[0]}`, output), output);
  }
}

/** Usual reasons, as Helm has them, with what to do. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /exists and cannot be imported/,
    "the namespace has what `make deploy-…` deployed: remove it first, by make undeploy-…",
  ],
  [/release: not found/, "deploy the mode first, by make helm-deploy-…"],
];

function explain(command: string, output: string): string {
  const [, remedy] = REMEDIES.find(([reason]) => reason.test(output)) ?? [];
  return `${command} failed: ${output}${remedy === undefined ? "" : `: ${remedy}`}`;
}
