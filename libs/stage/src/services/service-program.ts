import type { Refusal } from "@grpc-lb-lab/stage-api";

/** What a service program is given. */
export interface ServiceSettings {
  /** Where it listens, all its ports; default: every address. */
  readonly host: string;
  /** The port of what it serves. */
  readonly port: number;
  /** The port of its state. */
  readonly statePort: number;
  /** Repeats what is picked at random. */
  readonly seed: number;
  /** Told what goes wrong without anyone having asked for it, in words; and who it is that does not take what is served. */
  readonly problem: (problem: string, refusal?: Refusal) => void;
}

/** Starts a service with its state port; disposing the result ends both. */
export type ServiceProgram = (settings: ServiceSettings) => Promise<AsyncDisposable>;
