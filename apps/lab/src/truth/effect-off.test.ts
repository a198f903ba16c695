import { isRetried, MODES } from "@grpc-lb-lab/modes";
import {
  cellName,
  columnsOf,
  keyOfPlace,
  type PlacedCell,
  POLICIES,
  RECORDED_FOLDER,
  readRecorded,
  recordedCell,
  truthCells,
} from "@grpc-lb-lab/policies";
import { LOCAL } from "@grpc-lb-lab/stage/abilities";
import { undisturbedPath } from "@grpc-lb-lab/stage-api";
import { describe, expect, it, vi } from "vitest";
import { localStage } from "../local-stage.ts";
import { ProgramsOnce } from "../programs-once.ts";
import { exitCode } from "./exit-code.ts";
import { DeafStage } from "./testing/deaf-stage.ts";
import { shortfall } from "./truth-runs.ts";
import { tryCell } from "./try-cell.ts";

/** A trial waits most of its time. */
const AT_ONCE = 3;
vi.setConfig({ maxConcurrency: AT_ONCE });

/** FULL=1 turns every effect off that was recorded; else one of each policy. */
const isFull = Boolean(process.env.FULL);
if (!isFull) console.warn("NOT RUN: the effect of each policy turned off under more than one mode; FULL=1 runs them");

/** Rules that say beside that calls are not tried again, which is off as well: where a mode does so by itself, hardly any call fails. */
const HIDDEN_BY_RETRIES = ["outlier-detection"];

const recorded = await readRecorded(RECORDED_FOLDER, "local");
const tried = truthCells(columnsOf(MODES), POLICIES, LOCAL).filter(({ cell }) => cell.is === "tried");
/** Those with an effect to turn off, what takes longest first; a path that does by itself what is asked goes on to do so. */
const effective = tried
  .filter((placed) => recordOf(placed)?.outcome === "obeyed" && !isAsEver(placed) && !isHidden(placed))
  .toSorted((a, b) => recordedMs(b) - recordedMs(a));

/** The one that takes least, of each policy. */
const quickest = effective.filter((placed) => placed === effective.findLast(({ policy }) => policy === placed.policy));

describe("a rule that is accepted and put in force nowhere", () => {
  it("is tried of every policy that this stage can run", () => {
    const names = (cells: readonly PlacedCell[]) => new Set(cells.map(({ policy }) => policy.name));
    expect(names(quickest)).toEqual(names(tried));
  });

  const stage = new DeafStage(localStage({ seed: 1, find: new ProgramsOnce(process.env, () => {}).find }));
  const signal = new AbortController().signal;

  it.concurrent.each((isFull ? effective : quickest).map((placed) => [cellName(keyOfPlace(placed)), placed] as const))(
    "is seen to be ignored, which is not as recorded: %s",
    async (_, { policy, column }) => {
      const cell = await tryCell({ stage, policy, parameters: policy.parameters, column, recorded, signal });
      expect(cell).toMatchObject({ outcome: "ignored", recorded: { outcome: "obeyed" } });
      expect(shortfall(cell)).toContain("ignored (");
      expect(shortfall(cell)).toContain("but obeyed is recorded (");
      expect(exitCode([cell])).toBe(1);
    },
  );
});

function recordOf(placed: PlacedCell) {
  return recordedCell(recorded, keyOfPlace(placed), placed.policy.parameters);
}

function recordedMs(placed: PlacedCell): number {
  return recordOf(placed)?.durationMs ?? 0;
}

function isAsEver({ policy, column }: PlacedCell): boolean {
  return policy.isAsEver?.(undisturbedPath(column.mode)) === true;
}

function isHidden({ policy, column }: PlacedCell): boolean {
  return HIDDEN_BY_RETRIES.includes(policy.name) && isRetried(undisturbedPath(column.mode));
}
