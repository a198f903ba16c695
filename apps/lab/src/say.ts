import { print } from "./print.ts";

/** Tells a person what goes on: one line on stderr, so that stdout stays for results. */
export function say(message: string): void {
  print(`lab: ${message}\n`, process.stderr);
}

/** Shows what went wrong in the lab itself, with its trace; `where` names the run. */
export function sayDefect(where: string, error: unknown): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`${where}: ${trace}`);
}
