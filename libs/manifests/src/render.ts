import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { InputError } from "./input-error.ts";

const run = promisify(execFile);

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
    throw new InputError(`${path} is not there: name a folder with a kustomization.yaml, or a YAML file`);
  if (!statSync(path).isDirectory()) return readFile(path, "utf8");
  if (!existsSync(join(path, "kustomization.yaml"))) {
    throw new InputError(`${path} has no kustomization.yaml: name a folder that has one, or a YAML file`);
  }
  for (const [program, command] of RENDERERS) {
    const rendered = await renderBy(program, [command, path]);
    if (rendered !== undefined) return rendered;
  }
  throw new InputError("neither kubectl nor kustomize is on the PATH: install one of them to render kustomizations");
}

/** Resolves with undefined when there is no such program. */
async function renderBy(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return undefined;
    throw new InputError(`${args.at(-1)} does not render: ${stderr?.trim() ?? error}`, { cause: error });
  }
}
