import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "@grpc-lb-lab/cluster";
import { InputError, ProgramUnavailableError } from "@grpc-lb-lab/input-error";

/** In the order in which they are tried: every kubectl has a kustomize inside. */
const RENDERERS = [
  ["kubectl", "kustomize"],
  ["kustomize", "build"],
] as const;

/**
 * The YAML of a folder with a kustomization, rendered, or of a YAML file as it is. No cluster is asked.
 * @throws {InputError} when there is neither, the rendering fails, or neither kubectl nor kustomize is on the PATH.
 */
export async function render(path: string): Promise<string> {
  if (!existsSync(path))
    throw new InputError(`${path} does not exist: name a folder with a kustomization.yaml, or a YAML file`);
  if (!statSync(path).isDirectory()) return readFile(path, "utf8");
  if (!isKustomization(path)) {
    throw new InputError(`${path} has no kustomization.yaml: name a folder that has one, or a YAML file`);
  }
  for (const [program, command] of RENDERERS) {
    const rendered = await renderBy(program, [command, path]);
    if (rendered !== undefined) return rendered;
  }
  throw new InputError("neither kubectl nor kustomize is on the PATH: install one of them to render kustomizations");
}

/** Whether a folder has a kustomization, under any of the names that Kustomize takes. */
export function isKustomization(folder: string): boolean {
  return ["kustomization.yaml", "kustomization.yml", "Kustomization"].some((name) => existsSync(join(folder, name)));
}

/** Resolves with undefined when there is no such program. */
async function renderBy(program: string, args: readonly string[]): Promise<string | undefined> {
  const ended = await runProgram(program, args).catch((error: unknown) => {
    if (error instanceof ProgramUnavailableError) return undefined;
    throw error;
  });
  if (ended === undefined || ended.status === 0) return ended?.stdout;
  throw new InputError(`${args.at(-1)} does not render: ${ended.stderr.trim()}`);
}
