import type { Catalogue } from "./catalogue.ts";

/** What a command gets from its process. */
export interface CommandContext {
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Takes the exit code of a command that ended well: 0, or 1 when an expectation differs. */
  exit(code: number): void;
}

/** What a command about modes and experiments gets besides: those that there are. */
export interface CatalogueContext extends CommandContext {
  readonly catalogue: Catalogue;
}
