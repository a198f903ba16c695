import { checkManifests, type Problem } from "../check-manifests.ts";
import { readManifests } from "../read-manifests.ts";
import { render } from "../render.ts";

/** What is wrong with what is at `path`. */
export async function checked(path: string): Promise<Problem[]> {
  return checkManifests(readManifests(await render(path), path));
}
