/** What a service program is given. */
export interface ServiceSettings {
  /** Where it listens, all its ports; default 0.0.0.0. */
  readonly host: string;
  /** The port of what it serves. */
  readonly port: number;
  /** The port of its state. */
  readonly statePort: number;
  /** Repeats what is picked at random. */
  readonly seed: number;
  /** Told what goes wrong without anyone having asked for it, in words. */
  readonly problem: (problem: string) => void;
}

/** Starts a service with its state port; disposing the result ends both. */
export type ServiceProgram = (settings: ServiceSettings) => Promise<AsyncDisposable>;
