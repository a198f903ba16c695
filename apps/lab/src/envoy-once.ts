import { type EnvoyBinary, findEnvoy } from "@grpc-lb-lab/envoy";

/** Finds the Envoy of an environment once for all runs, and remembers its version for the result. */
export class EnvoyOnce {
  readonly #env: NodeJS.ProcessEnv;
  readonly #onProgress: (message: string) => void;
  #found: Promise<EnvoyBinary> | undefined;
  /** Null until one was found. */
  version: string | null = null;

  /** @param onProgress - told in words when the Envoy has to be fetched. */
  constructor(env: NodeJS.ProcessEnv, onProgress: (message: string) => void) {
    this.#env = env;
    this.#onProgress = onProgress;
  }

  /** The Envoy; rejects as the search did, each time. */
  readonly get = (signal: AbortSignal): Promise<EnvoyBinary> => {
    this.#found ??= findEnvoy(this.#env, { signal, onProgress: this.#onProgress }).then((binary) => {
      this.version = binary.version;
      return binary;
    });
    return this.#found;
  };
}
