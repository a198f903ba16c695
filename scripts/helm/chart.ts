import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { DeployError } from "../deploy/deploy-error.ts";
import type { ImageSource } from "../deploy/overlay.ts";

const run = promisify(execFile);
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

/**
 * Resolves with what a command of Helm wrote to stdout.
 * @throws {DeployError} with Helm's own reason, or that it is not installed.
 */
export async function helm(args: readonly string[]): Promise<string> {
  try {
    return (await run("helm", args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") throw new DeployError("helm is not installed: https://helm.sh/docs/intro/install");
    throw new DeployError(explain(`helm ${args[0]}`, `${stdout}${stderr}`.trim()));
  }
}

/** Helm's reason, with what to do where it is a usual one. */
function explain(command: string, output: string): string {
  const owned = /exists and cannot be imported/.test(output);
  const remedy = owned ? "\nThe namespace has what `make deploy-…` deployed: remove it first, by make undeploy-…" : "";
  return `${command} failed: ${output}${remedy}`;
}
