// What `helm test` runs in the image of the lab: greets the backend as clients of the mode do, until as many pods have answered as the mode
// promises. DNS may tell old addresses for half a minute, hence the patience.
import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

const { BACKEND_TARGET: target, EXPECTED_PODS: expected } = process.env;
const PATIENCE_MS = 60_000;

const endAtMs = Date.now() + PATIENCE_MS;
let pods = podsThatAnswer();
while (pods.length !== Number(expected) && Date.now() < endAtMs) {
  await delay(2_000);
  pods = podsThatAnswer();
}
const holds = pods.length === Number(expected);
console.log(`${holds ? "as promised" : "NOT as promised"}: ${pods.length} pods answered calls to ${target}, ${expected} should`);
// The agent of proxyless gRPC is no sidecar that Kubernetes ends with the pod.
if (process.env.HAS_AGENT) await fetch("http://127.0.0.1:15020/quitquitquit", { method: "POST" }).catch(console.error);
process.exitCode = holds ? 0 : 1;

function podsThatAnswer() {
  const { stdout } = spawnSync("lab", ["greet", target, "--count", "40", "--interval", "20"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  console.log(stdout.replace(/^#.*\n/gm, "").trim());
  return [...new Set([...stdout.matchAll(/Greeting: Hello from ([^\s,]+),/g)].map(([, pod]) => pod))];
}
