import { globSync } from "node:fs";
import { basename, join } from "node:path";
import type { ImageSource } from "./overlay.ts";

const CHART = join(import.meta.dirname, "../../../deploy/helm/grpc-lb-lab");

/** The modes that the chart has values for. */
export function chartModes(): string[] {
  return globSync("values-*.yaml", { cwd: CHART })
    .map((file) => basename(file, ".yaml").replace("values-", ""))
    .sort();
}

/**
 * The chart, and the values of a mode and of images, as arguments of helm.
 * @param set - further values, as `helm --set` takes them: `openshift=true`
 */
export function chartArguments(mode: string, { registry, tag }: ImageSource, set = ""): string[] {
  return [
    ...[CHART, "--values", join(CHART, `values-${mode}.yaml`)],
    ...(registry === undefined ? [] : ["--set-string", `image.registry=${registry}`]),
    ...(tag === undefined ? [] : ["--set-string", `image.tag=${tag}`]),
    ...(set === "" ? [] : ["--set", set]),
  ];
}
