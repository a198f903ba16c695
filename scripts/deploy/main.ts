import { parseArgs } from "node:util";
import { connectCluster } from "@grpc-lb-lab/cluster";
import { deploy, diffOverlays, renderOverlay, undeploy } from "@grpc-lb-lab/deploy";
import { InputError } from "@grpc-lb-lab/input-error";

/** `main.ts deploy|undeploy|render <overlay>`, `main.ts diff <a> <b>`; CONTEXT, COMPONENTS, REGISTRY and TAG come from the environment. */
const { positionals } = parseArgs({ allowPositionals: true });
const [command = "", overlay = "", other = ""] = positionals;
const { CONTEXT, COMPONENTS = "", REGISTRY, TAG } = process.env;
const images = { registry: REGISTRY || undefined, tag: TAG || undefined };
const components = COMPONENTS.split(" ").filter((name) => name !== "");
const onProgress = (what: string) => console.error(`${command} ${overlay}: ${what}`);

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  deploy: async () => deploy(await connectCluster(CONTEXT), { overlay, images, components, onProgress }),
  undeploy: async () => undeploy(await connectCluster(CONTEXT), { overlay, images, onProgress }),
  render: async () => console.log(await renderOverlay(overlay, images, components)),
  diff: async () => console.log(await diffOverlays(overlay, other, process.stdout)),
};

try {
  const run = COMMANDS[command];
  if (run === undefined)
    throw new InputError(`there is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}`);
  await run();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`${command} ${overlay}: ${error.message}`);
  process.exitCode = 2;
}
