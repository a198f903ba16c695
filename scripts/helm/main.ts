import { parseArgs } from "node:util";
import { DeployError } from "../deploy/deploy-error.ts";
import { kubectlFor } from "../deploy/kubectl.ts";
import { chartModes } from "./chart.ts";
import { deployChart, type ReleaseOptions, testRelease, undeployChart } from "./release.ts";

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
  deploy: async () => console.log(await deployChart(kubectlFor(context()), options)),
  test: async () => console.log(await testRelease(kubectlFor(context()), options)),
  undeploy: () => undeployChart(kubectlFor(context()), options),
};

function context(): string {
  if (CONTEXT === "")
    throw new DeployError("CONTEXT is not set: name a context of the kubeconfig file, as in CONTEXT=kind-lab");
  return CONTEXT;
}

try {
  const run = COMMANDS[command];
  if (run === undefined)
    throw new DeployError(`there is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}`);
  if (!chartModes().includes(mode)) {
    throw new DeployError(`the chart has no mode ${mode}; it has ${chartModes().join(", ")}`);
  }
  await run();
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(`helm-${command} ${mode}: ${error.message}`);
  // Of `helm test` usually that a test fails.
  process.exitCode = command === "test" ? 1 : 2;
}
