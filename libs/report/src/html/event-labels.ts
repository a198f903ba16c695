import type { RunEvent, RunResult } from "@grpc-lb-lab/measure";
import { chartX, type Label, type PlacedLabel, placeLabels } from "./label-lanes.ts";

const MERGE_WITHIN = 45;
const LANES = 6;
const PHASE = "phase ";

/** Events of one kind that lie close together, under one label; each has a rule of its own. */
export interface EventLabel extends Label {
  readonly timesMs: readonly number[];
}

/**
 * Labels for the events of `run` that lie within `domain` (ms), in lanes above the chart, and how many events found no room for
 * one. Phases begin with an event of their own.
 */
export function eventLabels(run: RunResult, domain: readonly [number, number]) {
  const begins = run.phases.map(({ name, fromMs }) => ({ atMs: fromMs, kind: PHASE + name }));
  const within = ({ atMs }: RunEvent) => atMs >= domain[0] && atMs <= domain[1];
  const events = [...begins, ...run.events].filter(within).toSorted((a, b) => a.atMs - b.atMs);
  const labels = mergeClose(events, domain, shortPodName(run));
  const placed: PlacedLabel<EventLabel>[] = placeLabels(labels, LANES);
  const shown = placed.reduce((sum, { label }) => sum + label.timesMs.length, 0);
  return { labels, placed, unlabelled: events.length - shown };
}

/** A pod's name without what all pods of the run begin with, up to its last hyphen: `backend-5` is `5`. */
export function shortPodName(run: RunResult): (pod: string) => string {
  const names = run.pods.map(({ pod }) => pod);
  const first = names[0] ?? "";
  let length = first.lastIndexOf("-") + 1;
  while (length > 0 && !names.every((name) => name.startsWith(first.slice(0, length)) && name.length > length)) {
    length = first.lastIndexOf("-", length - 2) + 1;
  }
  return (pod) => (length > 0 && pod.startsWith(first.slice(0, length)) ? pod.slice(length) : pod);
}

function mergeClose(
  events: readonly RunEvent[],
  domain: readonly [number, number],
  short: (pod: string) => string,
): EventLabel[] {
  const groups: { kind: string; x: number; events: RunEvent[] }[] = [];
  for (const event of events) {
    const x = chartX(event.atMs, domain);
    const near = groups.findLast((group) => group.kind === event.kind && x - group.x < MERGE_WITHIN);
    if (near === undefined) groups.push({ kind: event.kind, x, events: [event] });
    else near.events.push(event);
  }
  return groups.map(({ kind, x, events: merged }) => ({
    x,
    text: labelText(kind, merged, short),
    first: kind.startsWith(PHASE),
    timesMs: merged.map(({ atMs }) => atMs),
  }));
}

function labelText(kind: string, events: readonly RunEvent[], short: (pod: string) => string): string {
  const pods = [...new Set(events.map(({ pod }) => pod).filter((pod) => pod !== undefined))].map(short);
  const detail = events.length === 1 && pods.length === 0 ? events[0]?.detail : undefined;
  return [kind.replace(/^pod-/, ""), pods.join(", "), detail].filter(Boolean).join(" ");
}
