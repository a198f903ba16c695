/** What a walk-through may need beside a cluster and kubectl. */
export type Need = "istio" | "grpcurl" | "jq";

/** A command of a walk-through, and what its output must show. */
export interface Step {
  /** What it is for, in a sentence. */
  readonly title: string;
  /** As a reader types it, for bash. */
  readonly command: string;
  /** Looks at the output; undefined: it shows what it should, else what is wrong. A command that must only succeed has none. */
  readonly check?: (output: string) => string | undefined;
  /** The command is tried again so long, until its output is right: a cluster takes its time. Default: once. */
  readonly withinMs?: number;
  /** Whether it must fail, as a step that shows a mistake does. */
  readonly mayFail?: boolean;
  /** Whether it goes on in the background until the walk-through ends, as port-forward does. */
  readonly background?: boolean;
}

/** A walk-through that a page describes, as steps in its own namespace. */
export interface Walkthrough {
  /** The page that readers come from. */
  readonly page: string;
  readonly namespace: string;
  /** Beside a cluster and kubectl. */
  readonly needs: readonly Need[];
  readonly steps: readonly Step[];
}

/** The names after the first group of `pattern` in each line, each once. */
export function distinct(output: string, pattern: RegExp): string[] {
  return [...new Set(output.split("\n").flatMap((line) => pattern.exec(line)?.[1] ?? []))].sort();
}

/** A check that so many different names answer. */
export function answeredBy(count: number, pattern: RegExp): (output: string) => string | undefined {
  return (output) => {
    const names = distinct(output, pattern);
    return names.length === count ? undefined : `${names.length} answer (${names.join(", ") || "none"}), not ${count}`;
  };
}

/** A check that the output has a text. */
export function says(text: string): (output: string) => string | undefined {
  return (output) => (output.includes(text) ? undefined : `the output does not contain ${text}`);
}
