import type { KubeClient } from "@grpc-lb-lab/cluster";
import type { Mode, StartOptions } from "@grpc-lb-lab/stage-api";
import type { ProblemLog } from "../deployment/problem-log.ts";

/** What a start works on. */
export interface Place {
  readonly client: KubeClient;
  readonly mode: Mode;
  readonly namespace: string;
  readonly options: StartOptions;
  readonly problems: ProblemLog;
  /** Ends what was begun, in the opposite order. */
  readonly rollback: AsyncDisposableStack;
  /** What is undone last and all at once, while the backend's Deployment becomes what it was: pods come and go for each, and none heeds the others. */
  readonly undoneTogether: (() => Promise<void>)[];
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
}

/** Undoing has to end, too, should the cluster have gone. */
export const RESTORE_MS = 180_000;
