import {
  columnsOf,
  type PlacedCell,
  type Policy,
  readRecorded,
  type TrialApp,
  type TruthCell,
  type TruthResult,
  truthCells,
} from "@grpc-lb-lab/policies";
import { InputError, type Mode, type Stage } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "../command-context.ts";
import { lockFolder } from "../folder-lock.ts";
import type { RecordedFlags } from "../options/recorded-option.ts";
import type { StageFlags } from "../options/stage-options.ts";
import { ProgramsOnce } from "../programs-once.ts";
import { say } from "../say.ts";
import { makeStage } from "../stages/make-stage.ts";
import { terminalStyle } from "../terminal-style.ts";
import { announceTruth } from "./announce-truth.ts";
import { exitCode } from "./exit-code.ts";
import { publishTruth } from "./publish-truth.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { tryWithProgress } from "./truth-progress.ts";
import { truthResult } from "./truth-result.ts";
import { TruthRuns } from "./truth-runs.ts";
import { versionsOf } from "./versions-of.ts";

/** Flags of `lab truth`. */
export interface TruthFlags extends StageFlags, RecordedFlags {
  readonly modes: readonly Mode[];
  readonly policies: readonly Policy[];
  /** What calls come to; default: pods that run the greeter, or what is deployed. */
  readonly app?: TrialApp;
  readonly atOnce: number;
  readonly record?: boolean;
  readonly skips: boolean;
  readonly json?: boolean;
  readonly out: string;
}

/** What is picked at random is the same in every table. */
const SEED = 1;

/** Tries all cells and publishes what came out, also of a table that is interrupted. Resolves with the exit code. */
export async function truth(flags: TruthFlags, context: CatalogueContext): Promise<number> {
  const programs = new ProgramsOnce(context.env, say);
  const stage = await makeStage(flags.stage, { ...flags, seed: SEED, find: programs.find });
  return await truthOn(stage, programs, flags, context);
}

/** The same on a stage that is made. */
export async function truthOn(
  stage: Stage,
  programs: ProgramsOnce,
  flags: TruthFlags,
  { signal, env }: Pick<CatalogueContext, "signal" | "env">,
): Promise<number> {
  const recorded = await readRecorded(flags.recorded, stage.name);
  const cells = truthCells(columnsOf(flags.modes), flags.policies, stage, flags.app);
  assertAnyTrial(cells);
  await using _lock = await lockFolder(flags.out);
  const ofStage = await stage.versions?.(flags.modes, signal);
  const atOnce = hasOneRange(env) ? 1 : flags.atOnce;
  say(announceTruth(cells, recorded, atOnce));
  const startedAt = new Date();
  const runs = new TruthRuns({ stage, app: flags.app, recorded, skips: flags.skips, signal });
  try {
    await tryWithProgress(cells, runs.make, { isLive: terminalStyle(process.stderr, env).unicode, atOnce });
    signal.throwIfAborted();
  } finally {
    const versions = versionsOf(programs, ofStage);
    if (!runs.isEmpty) await keep(flags, { startedAt, versions, made: runs.results(cells) });
  }
  runs.sayDefects();
  return exitCode(runs.results(cells), flags.record);
}

/** What was tried since. */
interface Tried {
  readonly startedAt: Date;
  readonly versions: TruthResult["versions"];
  readonly made: readonly TruthCell[];
}

async function keep(flags: TruthFlags, { startedAt, versions, made }: Tried): Promise<void> {
  await publishTruth(
    truthResult({ stage: flags.stage, policies: flags.policies, startedAt, versions, cells: made }),
    flags,
  );
  if (flags.record !== true) return;
  const tried = made.flatMap((cell) => (cell.is === "tried" ? [cell] : []));
  const date = startedAt.toISOString().slice(0, "2026-01-01".length);
  const file = await recordOutcomes({ ...flags, recording: { date, versions }, tried });
  say(`${tried.length} outcomes are recorded in ${file}`);
}

/** @throws {InputError} with the reasons where there is nothing to try. */
function assertAnyTrial(cells: readonly PlacedCell[]): void {
  if (cells.some(({ cell }) => cell.is === "tried")) return;
  const reasons = cells.map(({ column, policy, cell }) => {
    const why = cell.is === "skipped" ? cell.reason : `${column.dialect} cannot express ${policy.name}`;
    return `${column.mode.name}: ${why}`;
  });
  throw new InputError(`none of these trials can be made: ${[...new Set(reasons)].join("; ")}`);
}

/** The machine has loopback addresses for one deployment only (`LAB_LOOPBACK=127.x.y`). */
function hasOneRange({ LAB_LOOPBACK = "" }: NodeJS.ProcessEnv): boolean {
  return LAB_LOOPBACK.split(".").length === 3;
}
