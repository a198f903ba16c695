import type { Stage } from "@grpc-lb-lab/stage-api";

/** What a section is given. */
export interface SectionContext {
  /** Fewer and shorter repeats. */
  readonly quick: boolean;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where modes are started. */
  readonly stage: Stage;
  /** Says what is being measured. */
  readonly progress: (what: string) => void;
}
