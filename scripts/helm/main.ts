import { parseArgs } from "node:util";
import { connectCluster } from "@grpc-lb-lab/cluster";
import {
  chartModes,
  deployChart,
  type ReleaseOptions,
  ReleaseTestError,
  testRelease,
  undeployChart,
} from "@grpc-lb-lab/deploy";
import { InputError } from "@grpc-lb-lab/input-error";

/** `main.ts deploy|test|undeploy <mode>`; CONTEXT, NAMESPACE, SET, REGISTRY and TAG come from the environment. */
const { positionals } = parseArgs({ allowPositionals: true });
const [command = "", mode = ""] = positionals;
const { CONTEXT, NAMESPACE, SET, REGISTRY, TAG } = process.env;
const options: ReleaseOptions = {
  mode,
  namespace: NAMESPACE || `lab-${mode}`,
  images: { registry: REGISTRY || undefined, tag: TAG || undefined },
  set: SET,
  onProgress: (what) => console.error(`helm-${command} ${mode}: ${what}`),
};

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  deploy: async () => console.log(await deployChart(await connectCluster(CONTEXT), options)),
  test: async () => console.log(await testRelease(await connectCluster(CONTEXT), options)),
  undeploy: async () => undeployChart(await connectCluster(CONTEXT), options),
};

try {
  const run = COMMANDS[command];
  if (run === undefined)
    throw new InputError(`there is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}`);
  if (!chartModes().includes(mode)) {
    throw new InputError(`the chart has no mode ${mode}; it has ${chartModes().join(", ")}`);
  }
  await run();
} catch (error) {
  if (!(error instanceof InputError || error instanceof ReleaseTestError)) throw error;
  console.error(`helm-${command} ${mode}: ${error.message}`);
  process.exitCode = error instanceof ReleaseTestError ? 1 : 2;
}
