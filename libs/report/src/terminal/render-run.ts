import type { Curve, RunResult } from "@grpc-lb-lab/measure";
import { answeredOnlyMark, answeredOnlyNote } from "../answered-only.ts";
import { clientLimitText, scheduleText } from "../client-limit.ts";
import { pointText } from "../curves.ts";
import { greatest } from "../extremes.ts";
import { formatCount, formatEvenness, formatMs, formatSeconds, formatShare } from "../format.ts";
import { Pen, type TerminalOptions } from "./pen.ts";
import { podLetter, segment } from "./share-bar.ts";

/** How long the bar of a pod may be, and how short where room is scarce. */
const MAX_BAR = 40;
const LEAST_BAR = 8;
const MAX_PLACE = 10;
/** As wide as the figures of a pod. */
const FIGURES = "100.0 % 1,234,567";

/**
 * One run in detail as lines for a terminal: verdict and sentence, calls per pod, latency, errors, events, expectations, what was
 * shortened and what is simulated. No line is longer than `columns` (60 to 100).
 */
export function renderRun(run: RunResult, options: TerminalOptions): string {
  const pen = new Pen(options);
  const blocks: [title: string, lines: string[]][] = [
    ["Expectations", expectationLines(run, pen)],
    [`Calls per pod${run.pods.length > 0 ? ` (evenness ${formatEvenness(run.evenness)})` : ""}`, podLines(run, pen)],
    ["Calls", callLines(run, pen)],
    ["Latency from the intended start", latencyLines(run, pen)],
    ["Failed calls", errorLines(run, pen)],
    ["Time to first call of new pods", firstCallLines(run, pen)],
    ...(run.curves ?? []).map((curve): [string, string[]] => [curve.title, curveLines(curve, pen)]),
    ["Phases", phaseLines(run, pen)],
    ["Events", eventLines(run, pen)],
    ["Settings that differ from their defaults", knobLines(run, pen)],
    ["Problems", run.problems.map((what) => pen.wrap(`  ${what}`, "    "))],
    ["Simulated", run.simulated.map((what) => pen.wrap(`  ${what}`, "    "))],
  ];
  const shown = blocks
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [pen.paint("bold", title), ...lines].join("\n"));
  return `${[headLines(run, pen), ...shown].join("\n\n")}\n`;
}

function headLines(run: RunResult, pen: Pen): string {
  const mark = { passed: "✓", failed: "✗", skipped: "–" }[run.status];
  const style = run.status === "passed" ? "green" : run.status === "failed" ? "red" : "dim";
  const title = pen.wrap(
    `${mark} ${run.mode} ${run.experiment}: ${run.status} (${run.stage} stage, ${formatSeconds(run.durationMs)})`,
  );
  return [
    pen.paint(style, title),
    ...[run.reason ?? "", run.summary].filter(Boolean).map((text) => pen.wrap(text)),
    ...clientLimitLines(run, pen),
  ].join("\n");
}

function clientLimitLines(run: RunResult, pen: Pen): string[] {
  const text = clientLimitText(run);
  return text === undefined ? [] : [pen.paint("yellow", pen.wrap(`! ${text}`, "    "))];
}

function expectationLines(run: RunResult, pen: Pen): string[] {
  return run.expectations.map(({ id, what, bound, measured, ok }) => {
    const text = pen.wrap(`  ${ok ? "✓" : "✗"} ${id}: ${what}: expected ${bound}, measured ${measured}`, "      ");
    return pen.paint(ok ? "green" : "red", text);
  });
}

function podLines(run: RunResult, pen: Pen): string[] {
  const total = run.pods.reduce((sum, { calls }) => sum + calls, 0);
  const widest = Math.min(
    24,
    greatest(
      run.pods.map(({ pod }) => pod.length),
      0,
    ),
  );
  const most = greatest(
    run.pods.map(({ calls }) => calls),
    1,
  );
  const nameWidth = widest + (pen.unicode ? 0 : 2);
  const places = run.pods.map(({ zone, version }) =>
    pen.fit([zone, version].filter(Boolean).join(" "), MAX_PLACE).trimEnd(),
  );
  const taken =
    `  ${" ".repeat(nameWidth)}  ${FIGURES} `.length +
    greatest(
      places.map(({ length }) => length),
      0,
    );
  const room = Math.max(LEAST_BAR, Math.min(MAX_BAR, pen.columns - taken));
  return run.pods.map(({ pod, calls }, index) => {
    const length = calls > 0 ? Math.max(1, Math.round((calls / most) * room)) : 0;
    const bar = segment(index, length, pen) + " ".repeat(room - length);
    const name = pen.fit(pen.unicode ? pod : `${podLetter(index)} ${pod}`, nameWidth);
    const figures = `${formatShare(calls, total).padStart(7)} ${formatCount(calls).padStart(8)}`;
    return `  ${name} ${bar} ${figures} ${places[index]}`.trimEnd();
  });
}

function callLines({ calls, schedule }: RunResult, pen: Pen): string[] {
  if (calls.total === 0) return [];
  const extra = [
    [calls.warmUp, "warm-up calls before"],
    [calls.retries, "retries"],
    [calls.hedges, "hedges"],
  ] as const;
  const also = extra.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  const outcome = `${formatCount(calls.total)} made, ${formatCount(calls.ok)} answered, ${formatCount(calls.failed)} failed`;
  const kept = schedule === undefined ? [] : [scheduleText(schedule)];
  return [[outcome, ...also].join("; "), ...kept].map((text) => pen.wrap(`  ${text}`, "    "));
}

function latencyLines({ latencyMs, calls }: RunResult, pen: Pen): string[] {
  if (calls.ok === 0) return [];
  const { p50, p90, p95, p99, p999, max, mean } = latencyMs;
  const times = Object.entries({ p50, p90, ...(p95 === undefined ? {} : { p95 }), p99, "p99.9": p999, max, mean });
  const figures = times.map(([name, ms]) => `${name} ${formatMs(ms)}${answeredOnlyMark(calls)}`);
  const note = answeredOnlyNote(calls);
  return [figures.join("   "), ...(note === undefined ? [] : [note])].map((text) => pen.wrap(`  ${text}`, "  "));
}

function errorLines({ errors }: RunResult, pen: Pen): string[] {
  return errors.map(({ code, count, firstMessage }) =>
    pen.paint("red", pen.wrap(`  ${formatCount(count)} ${code}, the first: ${firstMessage}`, "    ")),
  );
}

function firstCallLines({ timeToFirstCallMs }: RunResult, pen: Pen): string[] {
  return timeToFirstCallMs.map(({ pod, ms }) =>
    pen.wrap(`  ${pod}: ${ms === null ? "none within the run" : formatMs(ms)}`, "    "),
  );
}

function phaseLines({ phases }: RunResult, pen: Pen): string[] {
  return phases.map(({ name, fromMs, toMs, failed, latencyMs }) => {
    const times =
      (latencyMs?.calls ?? 0) === 0
        ? ""
        : `, p50 ${formatMs(latencyMs?.p50 ?? 0)}, p90 ${formatMs(latencyMs?.p90 ?? 0)}`;
    const span = `${formatSeconds(fromMs)} to ${formatSeconds(toMs)}`;
    return pen.wrap(`  ${name}: ${span}, ${formatCount(failed)} failed calls${times}`, "    ");
  });
}

/** The numbers of a curve one below the other: what it depends on, and what it comes to. */
function curveLines({ x, y, points }: Curve, pen: Pen): string[] {
  const head = `${x.label}  ${y.label}`;
  const rows = points.map(
    (point) => `${String(point.x).padStart(x.label.length)}  ${pointText(point.y, y.unit).padStart(y.label.length)}`,
  );
  return [head, ...rows].map((line) => pen.wrap(`  ${line}`, "    "));
}

function eventLines({ events }: RunResult, pen: Pen): string[] {
  return events.map(({ atMs, kind, pod, detail }) => {
    const text = [kind, pod, detail].filter((part) => part !== undefined && part !== "").join(" ");
    return pen.wrap(`  ${formatSeconds(atMs).padStart(8)}  ${text}`, " ".repeat(12));
  });
}

function knobLines({ knobs }: RunResult, pen: Pen): string[] {
  return knobs
    .filter((knob) => knob.value !== knob.default)
    .map((knob) => {
      const reason = knob.reason === "" ? "" : `: ${knob.reason}`;
      return pen.wrap(`  ${knob.name}: ${knob.value}, by default ${knob.default}${reason}`, "    ");
    });
}
