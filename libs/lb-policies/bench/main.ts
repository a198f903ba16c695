import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type PairedRatio, pairedRatio } from "@grpc-lb-lab/measure";
import { register } from "../src/register.ts";
import { TestClient } from "../src/testing/test-channel.ts";
import { makeCalls, type Work } from "./make-calls.ts";
import { measurePairs, type Pair } from "./pairs.ts";

const PODS = 5;
const IN_FLIGHT = 50;
const TARGET = 0.95;
const policies = ["least_request_experimental", "peak_ewma"];

/** Measures the calls per second of each policy beside round_robin's, in about a minute; `--quick` tries the bench in seconds. */
const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
const [pairs, slices, sliceMs] = quick ? [2, 2, 50] : [10, 6, 250];

register();
const servers = fork(fileURLToPath(new URL("pods-program.ts", import.meta.url)), [`${PODS}`]);
const [ports] = (await once(servers, "message")) as [number[]];
const target = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join()}`;
const clientOf = (policy: string) => {
  const serviceConfig = { loadBalancingConfig: [{ [policy]: {} }] };
  return new TestClient(target, { "grpc.service_config": JSON.stringify(serviceConfig) });
};
const callsOf = (client: TestClient) => () => makeCalls(client.client, IN_FLIGHT, sliceMs);

console.log(`${IN_FLIGHT} calls in flight, ${PODS} pods, ${pairs} pairs of ${slices} x ${sliceMs} ms each`);
console.log("| | | round_robin | the policy | ratio | interval |\n|---|---|---|---|---|---|");
for (const policy of policies) {
  using roundRobin = clientOf("round_robin");
  using ours = clientOf(policy);
  // The code gets warm, and connections are made.
  await measurePairs({ pairs: 1, slices }, callsOf(roundRobin), callsOf(ours));
  const measured = await measurePairs({ pairs, slices }, callsOf(roundRobin), callsOf(ours));
  const { ratio } = report(policy, "calls per second", measured, ({ seconds }) => seconds);
  report("", "calls per second of CPU time", measured, ({ cpuSeconds }) => cpuSeconds);
  console.error(`target: ratio of at least ${TARGET}: ${ratio >= TARGET ? "ok" : "NOT MET"}`);
}
servers.disconnect();

function report(
  policy: string,
  what: string,
  measured: readonly Pair<Work>[],
  secondsOf: (work: Work) => number,
): PairedRatio {
  const sum = (works: readonly Work[], of: (work: Work) => number) =>
    works.reduce((total, work) => total + of(work), 0);
  const rate = (works: readonly Work[]) => sum(works, ({ calls }) => calls) / sum(works, secondsOf);
  const compared = pairedRatio(measured.map(({ a, b }) => ({ a: rate(a), b: rate(b) })));
  const { medianA, medianB, ratio, interval } = compared;
  const [low, high] = interval.map((value) => value.toFixed(2));
  const cells = [what, medianA.toFixed(0), medianB.toFixed(0), ratio.toFixed(2), `${low} to ${high}`];
  console.log(`|${policy === "" ? "" : ` ${policy}`} | ${cells.join(" | ")} |`);
  return compared;
}
