import { parseArgs } from "node:util";
import { deploy, undeploy } from "./deploy.ts";
import { DeployError } from "./deploy-error.ts";
import { diffOverlays } from "./diff-overlays.ts";
import { kubectlFor } from "./kubectl.ts";
import { namedContext } from "./named-context.ts";
import { renderOverlay } from "./overlay.ts";

/** `main.ts deploy|undeploy|render <overlay>`, `main.ts diff <a> <b>`; CONTEXT, REGISTRY and TAG come from the environment. */
const { positionals } = parseArgs({ allowPositionals: true });
const [command = "", overlay = "", other = ""] = positionals;
const { CONTEXT = "", REGISTRY, TAG } = process.env;
const images = { registry: REGISTRY || undefined, tag: TAG || undefined };
const onProgress = (what: string) => console.error(`${command} ${overlay}: ${what}`);

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  deploy: () => deploy(kubectlFor(namedContext(CONTEXT)), { overlay, images, onProgress }),
  undeploy: () => undeploy(kubectlFor(namedContext(CONTEXT)), { overlay, images, onProgress }),
  render: async () => console.log(await renderOverlay(overlay, images)),
  diff: async () => console.log(await diffOverlays(overlay, other, process.stdout)),
};

try {
  const run = COMMANDS[command];
  if (run === undefined)
    throw new DeployError(`there is no command ${command}; there are ${Object.keys(COMMANDS).join(", ")}`);
  await run();
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(`${command} ${overlay}: ${error.message}`);
  process.exitCode = 2;
}
