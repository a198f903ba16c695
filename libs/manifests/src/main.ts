import { checkManifests } from "./check-manifests.ts";
import { InputError } from "./input-error.ts";
import { readManifests } from "./manifest.ts";
import { render } from "./render.ts";

const USAGE = "usage: node libs/manifests/src/main.ts <folder with a kustomization.yaml, or YAML file>…";

/** Checks manifests without a cluster. Exit codes: 0 nothing is wrong, 1 something is, 2 bad input. */
try {
  const paths = process.argv.slice(2);
  if (paths.length === 0) throw new InputError(USAGE);
  for (const path of paths) {
    for (const { object, rule, reason, remedy, source } of checkManifests(readManifests(await render(path), path))) {
      console.log(`${path}: ${object}: ${rule}: ${reason}; ${remedy}${source ? ` (${source})` : ""}`);
      process.exitCode = 1;
    }
  }
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`manifests: ${error.message}`);
  process.exitCode = 2;
}
