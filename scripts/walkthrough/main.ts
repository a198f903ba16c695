import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCluster } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import { echo } from "./echo.ts";
import { endpointslices } from "./endpointslices.ts";
import { greeter } from "./greeter.ts";
import { meetsRequirements } from "./requirements.ts";
import { runWalkthrough } from "./run-walkthrough.ts";
import type { Walkthrough } from "./walkthrough.ts";

/** `main.ts greeter|echo|endpointslices`; CONTEXT comes from the environment. Exit 0 as told, 1 something differs, 2 bad input. */
const WALKTHROUGHS: Readonly<Record<string, Walkthrough>> = { greeter, echo, endpointslices };
const aborting = new AbortController();
process
  .once("SIGINT", () => aborting.abort(new Error("interrupted")))
  .once("SIGTERM", () => aborting.abort(new Error("interrupted")));

const folder = mkdtempSync(join(tmpdir(), "lab-walkthrough-"));
try {
  const wrong = await walk(process.argv[2] ?? "", process.env.CONTEXT);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  if (aborting.signal.aborted) process.exitCode = 130;
  else if (error instanceof InputError) {
    console.error(`walkthrough: ${error.message}`);
    process.exitCode = 2;
  } else throw error;
} finally {
  rmSync(folder, { recursive: true });
}

async function walk(name: string, context: string | undefined): Promise<string[]> {
  const walkthrough = WALKTHROUGHS[name];
  if (walkthrough === undefined)
    throw new InputError(`there is no walk-through ${name}; there are ${Object.keys(WALKTHROUGHS).join(", ")}`);
  const cluster = await connectCluster(context);
  await meetsRequirements(walkthrough, cluster);
  // The commands stand as on the pages, without a context: so they get a kubeconfig file that has only the one that was named.
  const kubeconfig = join(folder, "kubeconfig");
  const config = await cluster.kubectl.run(["config", "view", "--minify", "--flatten", "--raw"]);
  writeFileSync(kubeconfig, config, { mode: 0o600 });
  const wrong = await runWalkthrough(walkthrough, {
    folder: join(import.meta.dirname, "../.."),
    kubeconfig,
    write: (text) => void process.stdout.write(text),
    signal: aborting.signal,
  });
  const removal = `kubectl --context ${context} delete namespace ${walkthrough.namespace}`;
  console.log(
    `\n${wrong.length === 0 ? `Everything came out as expected. To remove it: ${removal}` : wrong.join("\n")}`,
  );
  return wrong;
}
