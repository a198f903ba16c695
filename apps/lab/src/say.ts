/** Tells a person what goes on: one line on stderr, so that stdout stays for results. */
export function say(message: string): void {
  process.stderr.write(`lab: ${message}\n`);
}
