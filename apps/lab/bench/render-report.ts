import type { PeakMemory } from "./processes/process-memory.ts";
import type {
  BenchReport,
  EndpointChanges,
  ModeCost,
  ModeCosts,
  PushToAck,
  SkippedMode,
  SlowPodCalls,
  SlowPods,
  Target,
  Throughput,
} from "./report.ts";
import type { Spread } from "./spread.ts";
import { textTable } from "./text-table.ts";

/** The report as plain text for a terminal: where it was measured, then a table for each section, then the memory of all. */
export function renderReport(report: BenchReport): string {
  const {
    throughput,
    "mode-cost": modeCosts,
    "endpoint-change": changes,
    "push-to-ack": pushToAck,
    "slow-pod": slowPods,
  } = report;
  const parts = [
    environmentLines(report),
    throughput && throughputLines(throughput),
    modeCosts && modeCostLines(modeCosts),
    changes && changeLines(changes),
    pushToAck && pushToAckLines(pushToAck),
    slowPods && slowPodLines(slowPods),
    memoryLines(report),
  ];
  return parts
    .filter((part) => part !== undefined)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function environmentLines({ environment, loadAverage, startedAt, durationMs, quick }: BenchReport): string[] {
  const { cpuModel, cpus, memoryMiB, os, node, grpcJs, grpcJsXds, envoy } = environment;
  return [
    `${cpuModel}, ${cpus} CPUs, ${memoryMiB} MiB, ${os}; load average ${loadAverage.toFixed(2)} at the start`,
    `Node ${node}, grpc-js ${grpcJs}, grpc-js-xds ${grpcJsXds}, ${envoy === null ? "no Envoy" : `Envoy ${envoy}`}`,
    `${startedAt}, ${Math.round(durationMs / 1000)} s${quick ? "; --quick: do not quote these figures" : ""}`,
  ];
}

function throughputLines({ inFlight, labCallsPerSecond, bareCallsPerSecond, ratio }: Throughput): string[] {
  return [
    `Calls per second: closed loop, ${inFlight} in flight, direct to one backend process`,
    ...textTable([
      ["", "median", "min", "max", "repeats"],
      ["lab load", ...spreadCells(labCallsPerSecond, 0)],
      ["bare grpc-js client", ...spreadCells(bareCallsPerSecond, 0)],
    ]),
    `  median ratio of neighbours: ${ratio.measured.toFixed(2)}, target ${targetText(ratio)}`,
  ];
}

function spreadCells({ median, min, max, repeats }: Spread, digits: number): string[] {
  return [median.toFixed(digits), min.toFixed(digits), max.toFixed(digits), String(repeats)];
}

function modeCostLines({ modes }: ModeCosts): string[] {
  const measured = modes.filter((mode): mode is ModeCost => "addedMs" in mode);
  const skipped = modes.filter((mode): mode is SkippedMode => "skipped" in mode);
  return [
    "Cost of a call: median latency of sequential calls to one pod, compared with a direct connection (ms)",
    ...textTable([
      ["mode", "latency", "direct", "added", "min", "max", "repeats", "calls"],
      ...measured.map(({ mode, latencyMs, directMs, addedMs, calls }) => [
        mode,
        latencyMs.median.toFixed(3),
        directMs.median.toFixed(3),
        ...spreadCells(addedMs, 3),
        String(calls),
      ]),
    ]),
    ...skipped.map(({ mode, skipped: reason }) => `  ${mode} skipped: ${reason}`),
  ];
}

function changeLines({ inFlight, changes }: EndpointChanges): string[] {
  return [
    `From a change at the control plane to the first call at the new endpoint: grpc-js-xds client, ${inFlight} in flight (ms)`,
    ...textTable([
      ["endpoints", "median", "min", "max", "repeats", "p90", "until ACK", "connections", "in turn", "target"],
      ...changes.map(({ endpoints, firstCallMs, ackMs, connections, firstCallInTurnMs, target }) => [
        String(endpoints),
        ...spreadCells(firstCallMs, 1),
        firstCallMs.p90.toFixed(1),
        ackMs.median.toFixed(1),
        connections.median.toFixed(0),
        firstCallInTurnMs.median.toFixed(1),
        targetText(target),
      ]),
    ]),
    "  The new endpoint has its own zone and gets every second call. In turn: it shares a zone with all others, and",
    "  round robin has to reach it. Connections: how many the client opened for one change; 1 is needed.",
  ];
}

function pushToAckLines({ endpoints, healthy, ackMs, pushMs, pushedBytes }: PushToAck): string[] {
  return [
    `From a change of one of ${endpoints} endpoints to the client's ACK (${healthy} are healthy; grpc-js connects to each of these)`,
    ...textTable([
      ["", "median", "min", "max", "repeats"],
      ["until the ACK, ms", ...spreadCells(ackMs, 1)],
      ["of which until encoded and sent, ms", ...spreadCells(pushMs, 1)],
      ["pushed, bytes", ...spreadCells(pushedBytes, 0)],
    ]),
  ];
}

function slowPodLines({ rounds, envoy, clients }: SlowPods): string[] {
  const calls = ({ ofSlowPod, calls: all, p90Ms }: SlowPodCalls) => [
    `${((ofSlowPod / all) * 100).toFixed(2)} %`,
    `${ofSlowPod} of ${all}`,
    p90Ms.toFixed(1),
  ];
  return [
    `One pod of five answers 200 ms later: two random draws each, ${rounds} rounds in turns; p90 is of all calls meanwhile, and beside Envoy's in the same round`,
    ...textTable([
      ["mode", "policy", "slow pod", "calls", "deviations", "within", "p90, ms", "beside Envoy", "interval", "target"],
      ["envoy", "LEAST_REQUEST", ...calls(envoy).toSpliced(2, 0, "", ""), "", "", ""],
      ...clients.map((client) => {
        const { ratio, interval, target } = client.p90Ratio;
        const [part = "", of = "", p90 = ""] = calls(client);
        const share = [client.deviations.toFixed(1), targetText(client.share)];
        const range = interval.map((end) => end.toFixed(2)).join(" to ");
        return [client.mode, client.policy, part, of, ...share, p90, ratio.toFixed(2), range, targetText(target)];
      }),
    ]),
  ];
}

function memoryLines(report: BenchReport): string[] | undefined {
  const { throughput, "mode-cost": modeCosts, "endpoint-change": changes, "push-to-ack": pushToAck } = report;
  const measured = modeCosts?.modes.filter((mode): mode is ModeCost => "memory" in mode) ?? [];
  const rows: { readonly what: string; readonly memory: readonly PeakMemory[] }[] = [
    ...(throughput ? [{ what: "throughput", memory: throughput.memory }] : []),
    ...measured.map(({ mode, memory }) => ({ what: mode, memory })),
    ...(changes?.changes ?? []).map(({ endpoints, memory }) => ({ what: `${endpoints} endpoints`, memory })),
    ...(pushToAck ? [{ what: "push to ACK", memory: pushToAck.memory }] : []),
  ];
  if (rows.length === 0) return undefined;
  const width = Math.max(...rows.map(({ what }) => what.length));
  return [
    "Peak resident memory, MiB: the largest process of each kind, and their number (the stage's proxies and servers run in the bench)",
    ...rows.map(({ what, memory }) => `  ${what.padEnd(width)}  ${peaksText(memory)}`),
  ];
}

function peaksText(peaks: readonly PeakMemory[]): string {
  const texts = peaks.map(({ process, peakMiB, count }) => `${process} ${peakMiB}${count > 1 ? ` (${count})` : ""}`);
  return texts.join(", ") || "not known without /proc";
}

function targetText({ bound, ok }: Target): string {
  return `${bound}: ${ok ? "ok" : "NOT MET"}`;
}
