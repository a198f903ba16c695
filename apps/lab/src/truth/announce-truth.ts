import { keyOfPlace, type PlacedCell, type Recorded, recordedCell } from "@grpc-lb-lab/policies";
import { durationText } from "../demo/announcement.ts";

/** What a trial takes beside its load, where nothing is recorded: pods, proxies and their end. */
const AROUND_SECONDS = 6;

/** How many trials there are, and how long they are going to take, roughly: as long as when they were recorded, else by their loads. */
export function announceTruth(cells: readonly PlacedCell[], recorded: Recorded, atOnce: number): string {
  const seconds = cells.flatMap((placed) => (placed.cell.is === "tried" ? [secondsOf(placed, recorded)] : []));
  const total = seconds.reduce((sum, one) => sum + one, 0) / atOnce;
  const trials = seconds.length === 1 ? "1 trial" : `${seconds.length} trials`;
  return `${trials} will take about ${durationText(total)}`;
}

function secondsOf(placed: PlacedCell, recorded: Recorded): number {
  const { parameters, trial, control } = placed.policy;
  const found = recordedCell(recorded, keyOfPlace(placed), parameters);
  if (found !== undefined) return found.durationMs / 1_000;
  const runs = control === undefined ? 1 : 2;
  return runs * (trial(parameters).roughSeconds + AROUND_SECONDS);
}
