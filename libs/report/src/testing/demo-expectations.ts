import type { Expectation, RunResult } from "@grpc-lb-lab/measure";

/** What the demo's runs are held to; enough of each kind to draw, not the lab's own expectations. */
export function expectationsOf(run: RunResult): Expectation[] {
  const answering = run.pods.filter(({ calls }) => calls > 0).length;
  switch (run.experiment) {
    case "share":
      return [
        run.mode === "plain"
          ? atMost("one-pod-answers", "pods that answered", answering, 1)
          : atLeast("even", "Jain's index of the calls per pod", run.evenness, 0.99),
        atMost("no-failures", "failed calls", run.calls.failed, 0),
      ];
    case "scale-up":
      return run.mode === "plain"
        ? [atMost("new-pods-idle", "new pods that answered", answering - 1, 0)]
        : [atMost("new-pods-answer", "ms to the slowest new pod's first call", slowestMs(run), 5300)];
    case "pod-crash":
      return [atMost("crash-failures", "failed calls", run.calls.failed, run.mode === "plain" ? 70 : 60)];
    default:
      return [
        atMost("rollout-failures", "failed calls", run.calls.failed, run.mode === "headless" ? 600 : 0),
        atLeast("all-replaced", "new pods that answered or could", run.timeToFirstCallMs.length, 4),
      ];
  }
}

function slowestMs(run: RunResult): number {
  return Math.round(Math.max(...run.timeToFirstCallMs.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY)));
}

function atMost(id: string, what: string, measured: number, bound: number): Expectation {
  return { id, what, bound: `≤ ${bound}`, measured: `${measured}`, ok: measured <= bound };
}

function atLeast(id: string, what: string, measured: number, bound: number): Expectation {
  return { id, what, bound: `≥ ${bound}`, measured: `${Number(measured.toFixed(4))}`, ok: measured >= bound };
}
