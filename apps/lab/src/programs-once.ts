import type { FindProgram, FoundProgram } from "@grpc-lb-lab/stage-api";

/** Finds each program of an environment once for all runs, and remembers its version for the result. */
export class ProgramsOnce {
  readonly #env: NodeJS.ProcessEnv;
  readonly #onProgress: (message: string) => void;
  readonly #searches = new Map<string, Promise<FoundProgram>>();
  readonly #versions = new Map<string, string>();

  /** @param onProgress - told in words when a program has to be fetched. */
  constructor(env: NodeJS.ProcessEnv, onProgress: (message: string) => void) {
    this.#env = env;
    this.#onProgress = onProgress;
  }

  /** The program; rejects as the search did, each time. */
  readonly find: FindProgram = (program, signal) => {
    const search = this.#searches.get(program.name) ?? this.#search(program, signal);
    this.#searches.set(program.name, search);
    return search;
  };

  /** The version of a program; null until one was found. */
  version(name: string): string | null {
    return this.#versions.get(name) ?? null;
  }

  /** The versions of all that were found, by the programs' names. */
  get versions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#versions);
  }

  async #search(...[program, signal]: Parameters<FindProgram>): Promise<FoundProgram> {
    const found = await program.find({ env: this.#env, signal, onProgress: this.#onProgress });
    this.#versions.set(program.name, found.version);
    return found;
  }
}
