import type { Mode, StageTraits } from "@grpc-lb-lab/stage-api";
import type { Policy } from "../policy.ts";
import { type Column, dialectsOf, type PolicyCell, policyCell } from "../policy-cell.ts";
import type { TrialApp } from "../trial-app.ts";
import type { CellKey } from "./recorded.ts";

/** A cell of the table with its place. */
export interface PlacedCell {
  readonly column: Column;
  readonly policy: Policy;
  readonly cell: PolicyCell;
}

/** Which cell it is, by names. */
export function keyOfPlace({ column, policy }: Pick<PlacedCell, "column" | "policy">): CellKey {
  return { mode: column.mode.name, dialect: column.dialect, policy: policy.name };
}

/** The columns of modes: one for each dialect in which a mode can be asked. */
export function columnsOf(modes: readonly Mode[]): Column[] {
  return modes.flatMap((mode) => dialectsOf(mode).map((dialect) => ({ mode, dialect })));
}

/**
 * Every cell on a stage, column by column.
 * @param app - as {@link policyCell} has it
 */
export function truthCells(
  columns: readonly Column[],
  policies: readonly Policy[],
  stage: StageTraits,
  app?: TrialApp,
): PlacedCell[] {
  return columns.flatMap((column) =>
    policies.map((policy) => ({ column, policy, cell: policyCell(policy, column, stage, app) })),
  );
}
