import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeployError } from "../deploy/deploy-error.ts";
import { kubectlFor } from "../deploy/kubectl.ts";
import { echo } from "./echo.ts";
import { endpointslices } from "./endpointslices.ts";
import { greeter } from "./greeter.ts";
import { meetsRequirements } from "./requirements.ts";
import { runWalkthrough } from "./run-walkthrough.ts";
import type { Walkthrough } from "./walkthrough.ts";

/** `main.ts greeter|echo|endpointslices`; CONTEXT comes from the environment. Exit 0 as told, 1 something differs, 2 bad input. */
const WALKTHROUGHS: Readonly<Record<string, Walkthrough>> = { greeter, echo, endpointslices };
const [name = ""] = process.argv.slice(2);
const walkthrough = WALKTHROUGHS[name];
const context = process.env.CONTEXT ?? "";
const aborting = new AbortController();
process
  .once("SIGINT", () => aborting.abort(new Error("interrupted")))
  .once("SIGTERM", () => aborting.abort(new Error("interrupted")));

if (walkthrough === undefined)
  fail(`there is no walk-through ${name}; there are ${Object.keys(WALKTHROUGHS).join(", ")}`);
const config = contextAlone();
const folder = mkdtempSync(join(tmpdir(), "lab-walkthrough-"));
try {
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, config, { mode: 0o600 });
  await meetsRequirements(walkthrough, kubectlFor(context));
  const write = (text: string) => void process.stdout.write(text);
  const wrong = await runWalkthrough(walkthrough, {
    folder: join(import.meta.dirname, "../.."),
    kubeconfig,
    write,
    signal: aborting.signal,
  });
  console.log(
    `\n${wrong.length === 0 ? `All as told. To remove it: kubectl --context ${context} delete namespace ${walkthrough.namespace}` : wrong.join("\n")}`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  if (aborting.signal.aborted) process.exitCode = 130;
  else if (error instanceof DeployError) {
    console.error(`walkthrough: ${error.message}`);
    process.exitCode = 2;
  } else throw error;
} finally {
  rmSync(folder, { recursive: true });
}

/** The commands stand as on the pages, without a context: so they get a kubeconfig file that has only the one that was named. */
function contextAlone(): string {
  try {
    return execFileSync("kubectl", ["config", "view", "--minify", "--flatten", "--raw", `--context=${context}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch {
    return fail(
      `there is no context ${context} in the kubeconfig file: make cluster makes kind-lab; for another name one, as in CONTEXT=my-cluster`,
    );
  }
}

function fail(message: string): never {
  console.error(`walkthrough: ${message}`);
  process.exit(2);
}
