import { parseArgs } from "node:util";
import { measureFirstCalls } from "./first-call.ts";
import { measureFollowing, type Scale } from "./following.ts";
import type { Subject } from "./subject.ts";

const targetMs = 50;
const subjects = ["kube-resolver", "informer"] as const satisfies readonly Subject[];
const scales: readonly Scale[] = [
  { services: 1, endpoints: 4 },
  { services: 100, endpoints: 4 },
  { services: 1, endpoints: 5_000 },
];

/** Measures this library beside an informer, in about two minutes; `--quick` tries the bench in seconds. */
const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;

console.log("From the change of an EndpointSlice to the first call at the new pod (ms)");
console.log("| | median | p90 | max | changes |\n|---|---|---|---|---|");
for (const subject of subjects) {
  const times = (await measureFirstCalls(subject, quick ? 5 : 100)).sort((a, b) => a - b);
  const at = (part: number) => (times[Math.ceil(times.length * part) - 1] ?? Number.NaN).toFixed(1);
  console.log(`| ${subject} | ${at(0.5)} | ${at(0.9)} | ${at(1)} | ${times.length} |`);
  if (subject !== "kube-resolver") continue;
  const isMet = Number(at(0.5)) < targetMs;
  console.error(`target: median below ${targetMs} ms: ${isMet ? "ok" : "NOT MET"}`);
  if (!isMet && !quick) process.exitCode = 1;
}

console.log("\nWhat following Services costs a process, one pod changing each second");
console.log("| Services x endpoints | | resident MiB | CPU ms to start | CPU ms a change |\n|---|---|---|---|---|");
for (const scale of quick ? scales.slice(0, 1) : scales) {
  for (const subject of ["grpc-js alone", ...subjects] as const) {
    const { residentMiB, startCpuMs, changeCpuMs } = await measureFollowing(subject, scale, quick ? 2 : 15);
    const figures = [residentMiB.toFixed(0), startCpuMs.toFixed(0), changeCpuMs.toFixed(1)];
    console.log(`| ${scale.services} x ${scale.endpoints} | ${subject} | ${figures.join(" | ")} |`);
  }
}
