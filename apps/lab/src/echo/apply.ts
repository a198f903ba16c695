import { readFile } from "node:fs/promises";
import { InputError } from "@grpc-lb-lab/stage";
import type { CommandContext } from "../command-context.ts";
import { RULES_HOST } from "./rules-address.ts";

/** Longer than the pods may take to agree. */
const ANSWERED_WITHIN_MS = 30_000;

/** Sends files of rules to a running `lab up proxyless --app echo`, and prints what was applied. Rejects with the first file that is refused. */
export async function apply(files: readonly string[], port: number, { signal }: CommandContext): Promise<void> {
  for (const file of files) {
    for (const rule of await applyFile(file, port, signal)) process.stdout.write(`${rule} applied\n`);
  }
}

async function applyFile(file: string, port: number, signal: AbortSignal): Promise<readonly string[]> {
  const body = await readFile(file, "utf8").catch((error: Error) => {
    throw new InputError(`the rules cannot be read: ${error.message}`, { cause: error });
  });
  const url = `http://${RULES_HOST}:${port}/rules`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]);
  const answer = await fetch(url, { method: "POST", body, signal: patience })
    .then(async (response) => (await response.json()) as { applied?: string[]; error?: string })
    .catch((error: Error) => {
      signal.throwIfAborted();
      const remedy = 'start "lab up proxyless --app echo" in another terminal, or say its --rules-port';
      throw new InputError(`nothing takes rules at ${RULES_HOST}:${port}: ${remedy}`, { cause: error });
    });
  if (answer.applied === undefined) throw new InputError(`${file}: ${answer.error ?? "this is no lab's answer"}`);
  return answer.applied;
}
