/** What {@link Interrupts} needs of `process`. */
type SignalSource = Pick<NodeJS.Process, "on" | "off" | "exit" | "stdout">;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const SIGPIPE_EXIT_CODE = 141;
type InterruptSignal = keyof typeof EXIT_CODES;
const SIGNALS = Object.keys(EXIT_CODES) as InterruptSignal[];

/** Turns Ctrl-C and its like, and a reader of stdout that has gone (`lab up | head`), into an abort, so that everything ends in order; a second one ends at once. */
export class Interrupts {
  readonly #controller = new AbortController();
  readonly #process: SignalSource;
  /** As shells expect it: 128 and the signal's number. */
  exitCode = 1;

  constructor(process: SignalSource) {
    this.#process = process;
    for (const name of SIGNALS) process.on(name, this.#take);
    process.stdout.on("error", this.#takePipeError);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What was written last may yet meet a reader that has gone: that stays listened to. */
  end(): void {
    for (const name of SIGNALS) this.#process.off(name, this.#take);
  }

  readonly #take = (name: NodeJS.Signals): void => {
    this.exitCode = EXIT_CODES[name as InterruptSignal];
    if (this.signal.aborted) this.#process.exit(this.exitCode);
    this.#controller.abort(new Error(`interrupted by ${name}`));
  };

  readonly #takePipeError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    this.exitCode = SIGPIPE_EXIT_CODE;
    this.#controller.abort(new Error("nobody reads stdout any more"));
  };
}
