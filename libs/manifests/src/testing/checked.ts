import { RECORDED_FOLDER, readRecorded } from "@grpc-lb-lab/policies";
import { checkManifests, type Problem } from "../check-manifests.ts";
import type { Manifest } from "../manifest.ts";
import { readManifests } from "../read-manifests.ts";
import { render } from "../render.ts";

/** What is wrong with what is at `path`, as `lab check` judges it. */
export async function checked(path: string): Promise<Problem[]> {
  return checkedAll(readManifests(await render(path), path));
}

/** What is wrong with manifests, likewise: by what is recorded of Kubernetes. */
export async function checkedAll(manifests: readonly Manifest[]): Promise<Problem[]> {
  return checkManifests(manifests, { recorded: await readRecorded(RECORDED_FOLDER, "kubernetes") });
}
