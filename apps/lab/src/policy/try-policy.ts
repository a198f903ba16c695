import {
  type Column,
  cellName,
  dialectsOf,
  keyOfPlace,
  type Policy,
  policyCell,
  readRecorded,
  type TrialApp,
  type TruthCell,
} from "@grpc-lb-lab/policies";
import { type Dialect, InputError, type Mode, type StageTraits } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "../command-context.ts";
import type { RecordedFlags } from "../options/recorded-option.ts";
import type { StageFlags } from "../options/stage-options.ts";
import { print, printJson } from "../print.ts";
import { ProgramsOnce } from "../programs-once.ts";
import { say } from "../say.ts";
import { makeStage } from "../stages/make-stage.ts";
import { terminalStyle } from "../terminal-style.ts";
import { exitCode } from "../truth/exit-code.ts";
import { truthResult } from "../truth/truth-result.ts";
import { tryCell } from "../truth/try-cell.ts";
import { versionsOf } from "../truth/versions-of.ts";
import { trialText } from "./trial-text.ts";

/** Where a policy is tried. */
export interface TryFlags extends StageFlags, RecordedFlags {
  readonly modes: readonly Mode[];
  /** Default: those of each mode. */
  readonly dialects: readonly Dialect[] | undefined;
  /** What calls come to; default: pods that run the greeter, or what is deployed. */
  readonly app?: TrialApp;
  readonly json?: boolean;
}

/** What is picked at random is the same in every trial. */
const SEED = 1;

/** Tries a policy, with the parameters that it has, in one column after the other, and prints the evidence. Resolves with the exit code. */
export async function tryPolicy(policy: Policy, flags: TryFlags, { signal, env }: CatalogueContext): Promise<number> {
  const programs = new ProgramsOnce(env, say);
  const stage = await makeStage(flags.stage, { ...flags, seed: SEED, find: programs.find });
  const recorded = await readRecorded(flags.recorded, stage.name);
  const columns = flags.modes.flatMap((mode) => columnsAsked(mode, flags.dialects));
  assertAnyHere(policy, columns, stage, flags.app);
  const { app } = flags;
  const startedAt = new Date();
  const ofStage = await stage.versions?.(flags.modes, signal);
  const cells: TruthCell[] = [];
  for (const column of columns) {
    const key = keyOfPlace({ column, policy });
    const cell = policyCell(policy, column, stage, app);
    const onProgress = (what: string) => say(`${cellName(key)}: ${what}`);
    if (cell.is !== "tried") cells.push({ ...cell, ...key });
    else
      cells.push(
        await tryCell({ stage, policy, parameters: policy.parameters, column, app, recorded, signal, onProgress }),
      );
  }
  const result = truthResult({
    stage: stage.name,
    policies: [policy],
    startedAt,
    versions: versionsOf(programs, ofStage),
    cells,
  });
  if (flags.json === true) printJson(result);
  else print(trialText(result, terminalStyle(process.stdout, env)));
  return exitCode(cells);
}

/** @throws {InputError} for a dialect that the mode has not. */
function columnsAsked(mode: Mode, dialects: readonly Dialect[] | undefined): Column[] {
  const own = dialectsOf(mode);
  const foreign = dialects?.find((dialect) => !own.includes(dialect));
  if (foreign !== undefined) {
    throw new InputError(`--dialect: ${mode.name} cannot be asked in ${foreign}: ask in ${own.join(" or ")}`);
  }
  return (dialects ?? own).map((dialect) => ({ mode, dialect }));
}

/** @throws {InputError} with the reasons where nothing is tried because of what the stage cannot show. */
function assertAnyHere(
  policy: Policy,
  columns: readonly Column[],
  stage: StageTraits,
  app: TrialApp | undefined,
): void {
  const cells = columns.map((column) => policyCell(policy, column, stage, app));
  const reasons = cells.flatMap((cell) => (cell.is === "skipped" ? [cell.reason] : []));
  if (reasons.length === 0 || cells.some(({ is }) => is === "tried")) return;
  throw new InputError(
    `${policy.name} cannot be tried: ${[...new Set(reasons)].join("; ")}; use another mode, --stage or --app`,
  );
}
