import { join } from "node:path";
import { helm } from "@grpc-lb-lab/cluster";
import type { Manifest } from "../manifest.ts";
import { readManifests } from "../read-manifests.ts";

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
