import {
  isAsRecorded,
  keyOfPlace,
  otherThanRecorded,
  type PlacedCell,
  type Recorded,
  type TrialApp,
  type TruthCell,
} from "@grpc-lb-lab/policies";
import { isInputError, ProgramUnavailableError, type Stage } from "@grpc-lb-lab/stage-api";
import { sayDefect } from "../say.ts";
import { tryCell } from "./try-cell.ts";

/** What all trials of a table have in common. */
export interface TruthRunsOptions {
  readonly stage: Stage;
  /** What calls come to; default: pods that run the greeter, or what is deployed. */
  readonly app?: TrialApp | undefined;
  readonly recorded: Recorded;
  /** Whether a mode whose program cannot be had here is a skip (or a failure). */
  readonly skips: boolean;
  readonly signal: AbortSignal;
}

/** Makes the trials of a table and keeps what is measured, whatever becomes of the others. */
export class TruthRuns {
  readonly #options: TruthRunsOptions;
  readonly #made = new Map<PlacedCell, TruthCell>();
  readonly #defects: { readonly where: string; readonly error: unknown }[] = [];

  constructor(options: TruthRunsOptions) {
    this.#options = options;
  }

  /** Makes one cell; rejects only when the table is interrupted. */
  readonly make = async (placed: PlacedCell, onProgress: (what: string) => void): Promise<TruthCell> => {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const cell = await this.#tried(placed, onProgress).catch((error: unknown) => {
      signal.throwIfAborted();
      return this.#withoutTrial(placed, error);
    });
    this.#made.set(placed, cell);
    return cell;
  };

  async #tried({ column, policy, cell }: PlacedCell, onProgress: (what: string) => void): Promise<TruthCell> {
    const key = keyOfPlace({ column, policy });
    if (cell.is === "not expressible") return { ...key, is: cell.is };
    if (cell.is === "skipped") return { ...key, is: cell.is, reason: cell.reason };
    const { stage, app, recorded, signal } = this.#options;
    return tryCell({ stage, policy, parameters: policy.parameters, column, app, recorded, signal, onProgress });
  }

  #withoutTrial(placed: PlacedCell, error: unknown): TruthCell {
    const key = keyOfPlace(placed);
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof ProgramUnavailableError && this.#options.skips) return { ...key, is: "skipped", reason };
    if (!isInputError(error)) this.#defects.push({ where: `${key.mode} ${key.policy}`, error });
    return { ...key, is: "failed", reason };
  }

  /** Whether anything was tried. */
  get isEmpty(): boolean {
    return [...this.#made.values()].every(({ is }) => is !== "tried");
  }

  /** The cells in the order of `listed`; one that an interrupt kept from being made has failed for that reason. */
  results(listed: readonly PlacedCell[]): TruthCell[] {
    return listed.map(
      (placed) =>
        this.#made.get(placed) ?? { ...keyOfPlace(placed), is: "failed", reason: "interrupted before it was done" },
    );
  }

  /** Shows with their traces what went wrong in the lab itself. */
  sayDefects(): void {
    for (const { where, error } of this.#defects) sayDefect(where, error);
  }
}

/** How a cell is not what it is expected to be; undefined: it is. */
export function shortfall(cell: TruthCell): string | undefined {
  if (isAsRecorded(cell)) return undefined;
  return cell.is === "tried" ? otherThanRecorded(cell, cell.recorded) : "reason" in cell ? cell.reason : cell.is;
}
