import { forkFrontend, forkPod } from "../src/testing/processes.ts";
import { addedLatency } from "./added-latency.ts";
import { killedPod } from "./killed-pod.ts";

/**
 * Measures the edge: what it adds to a call's latency by each protocol, and 2,000 requests per second through REST for 30 s with one of three pods killed in the
 * middle. Prints tables; exits 1 when a request was not answered, memory did not come back, or the machine could not give that load.
 */
async function main(): Promise<number> {
  await using one = await forkPod("pod-1");
  await using two = await forkPod("pod-2");
  await using three = await forkPod("pod-3");
  const target = `ipv4:${[one, two, three].map(({ address }) => address).join(",")}`;
  await using edge = await forkFrontend({ BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin" });
  const fresh = await edge.memory();
  console.log(await addedLatency(edge, one.address));
  const { text, ok } = await killedPod(edge, two, fresh);
  console.log(text);
  return ok ? 0 : 1;
}

process.exitCode = await main();
