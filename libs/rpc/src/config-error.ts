import { InputError } from "@grpc-lb-lab/input-error";

/** One wrong environment variable. */
export interface ConfigProblem {
  readonly name: string;
  /** What was given; undefined when a required variable is not set. */
  readonly value: string | undefined;
  /** What is wrong, and what would be right. */
  readonly reason: string;
}

/**
 * The environment is wrong. Carries every mistake, not only the first; the message is one line that names each variable, its value
 * and what is allowed.
 */
export class ConfigError extends InputError {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`wrong environment: ${problems.map(describe).join("; ")}`);
    this.problems = problems;
  }
}

function describe({ name, value, reason }: ConfigProblem): string {
  return value === undefined ? `${name} ${reason}` : `${name}=${JSON.stringify(value)} ${reason}`;
}
