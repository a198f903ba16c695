import { parseArgs } from "node:util";
import { DeployError } from "../deploy/deploy-error.ts";
import { kubectlFor } from "../deploy/kubectl.ts";
import { namedContext } from "../deploy/named-context.ts";
import { chartModes } from "./chart.ts";
import { deployChart, type ReleaseOptions, ReleaseTestError, testRelease, undeployChart } from "./release.ts";

/** `main.ts deploy|test|undeploy <mode>`; CONTEXT, NAMESPACE, REGISTRY and TAG come from the environment. */
const { positionals } = parseArgs({ allowPositionals: true });
const [command = "", mode = ""] = positionals;
const { CONTEXT = "", NAMESPACE, REGISTRY, TAG } = process.env;
const options: ReleaseOptions = {
  mode,
  namespace: NAMESPACE || `lab-${mode}`,
  images: { registry: REGISTRY || undefined, tag: TAG || undefined },
  onProgress: (what) => console.error(`helm-${command} ${mode}: ${what}`),
};

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  deploy: async () => console.log(await deployChart(kubectlFor(namedContext(CONTEXT)), options)),
  test: async () => console.log(await testRelease(kubectlFor(namedContext(CONTEXT)), options)),
  undeploy: () => undeployChart(kubectlFor(namedContext(CONTEXT)), options),
};

try {
  const run = COMMANDS[command];
  if (run === undefined)
    throw new DeployError(`there is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}`);
  if (!chartModes().includes(mode)) {
    throw new DeployError(`the chart has no mode ${mode}; it has ${chartModes().join(", ")}`);
  }
  await run();
} catch (error) {
  if (!(error instanceof DeployError || error instanceof ReleaseTestError)) throw error;
  console.error(`helm-${command} ${mode}: ${error.message}`);
  process.exitCode = error instanceof ReleaseTestError ? 1 : 2;
}
