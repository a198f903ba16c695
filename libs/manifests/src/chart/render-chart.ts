import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { InputError } from "../input-error.ts";
import { type Manifest, readManifests } from "../manifest.ts";

const run = promisify(execFile);

/** `helm template` for the Kubernetes that the schemas are of; which one Helm takes by itself depends on how it was built. */
export const TEMPLATE = ["template", "--kube-version", "1.34.0"] as const;

/** What {@link renderChart} may be given. */
export interface ChartOptions {
  /** Values over those of the mode, by their paths: `{ "backend.replicas": 2 }`. Default: none. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The program. Default: `helm`. */
  readonly program?: string;
}

/**
 * The objects that `helm install` of a chart would make in the namespace `lab-<mode>`, by its `values-<mode>.yaml`; the namespace itself
 * among them, hooks (`helm test`) not. No cluster is asked.
 * @throws {InputError} with Helm's reason when it refuses the values or a template, or is not on the PATH.
 */
export async function renderChart(
  chart: string,
  mode: string,
  { values = {}, program }: ChartOptions = {},
): Promise<Manifest[]> {
  const own = ["--values", join(chart, `values-${mode}.yaml`), "--set", "namespace.render=true"];
  const more = Object.entries(values).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  const args = [...TEMPLATE, "lab", chart, "--namespace", `lab-${mode}`, ...own, ...more];
  return readManifests(await helm(args, program), chart).filter(
    ({ metadata }) => !metadata.annotations?.["helm.sh/hook"],
  );
}

/**
 * What a command of Helm writes to stdout.
 * @throws {InputError} as {@link renderChart}.
 */
export async function helm(args: readonly string[], program = "helm"): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stderr, stdout } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === "ENOENT") throw new InputError(`${program} is not on the PATH: install Helm 3 or 4 to render charts`);
    throw new InputError(`helm ${args[0]} fails: ${`${stdout}${stderr}`.trim()}`, { cause: error });
  }
}
