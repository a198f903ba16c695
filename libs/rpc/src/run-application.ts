import { isInputError } from "@grpc-lb-lab/input-error";
import { leanStart, releaseStartUpMemory } from "@grpc-lb-lab/workarounds/lean-start";
import type { Logger, LogLevel } from "./logger.ts";
import type { Env } from "./settings.ts";

/** A built application that does not listen yet. */
export interface Application {
  /** Listens on all ports and turns ready. */
  listen(): Promise<unknown>;
  /** Drains; aborting `hurry` forces at once. */
  drain(hurry: AbortSignal): Promise<unknown>;
}

/** All that an application is made of: what its `program.ts` exports, which is imported as one. */
export interface ApplicationProgram<Config extends { readonly logLevel: LogLevel }> {
  loadConfig(env: Env): Config;
  build(config: Config, logger: Logger): Promise<Application>;
  createLogger(level: LogLevel): Logger;
  logGrpc(logger: Logger): void;
}

/**
 * Runs an application until SIGTERM or SIGINT, which drains it and ends with exit code 0; a second signal forces at once. Bad input (the environment, a
 * taken port) is one line on stderr that `name` begins, and exit code 2.
 * @param load imports `program.ts`, and nothing else: see {@link leanStart}.
 */
export async function runApplication<Config extends { readonly logLevel: LogLevel }>(
  name: string,
  load: () => Promise<ApplicationProgram<Config>>,
): Promise<void> {
  const ending = new Ending();
  const program = await leanStart(load);
  try {
    await run(program, ending);
    releaseStartUpMemory();
  } catch (error) {
    if (!isInputError(error)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}

async function run<Config extends { readonly logLevel: LogLevel }>(
  program: ApplicationProgram<Config>,
  ending: Ending,
): Promise<void> {
  const config = program.loadConfig(process.env);
  const logger = program.createLogger(config.logLevel);
  program.logGrpc(logger);
  const application = await program.build(config, logger);
  ending.drains(application);
  await application.listen();
}

/**
 * How a process ends that is told to. It listens from the beginning on: the kernel does not end the first process of a container for a
 * signal that the process does not handle.
 */
class Ending {
  #end = (): void => process.exit(0); // There is nothing to drain yet.

  constructor() {
    const end = () => this.#end();
    process.on("SIGTERM", end).on("SIGINT", end);
  }

  /** From now on `application` drains first. */
  drains(application: Application): void {
    const hurry = new AbortController();
    let draining: Promise<unknown> | undefined;
    this.#end = () => {
      if (draining !== undefined) hurry.abort();
      draining ??= application.drain(hurry.signal).then(() => process.exit(0));
    };
  }
}
