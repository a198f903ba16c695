import { stripVTControlCharacters } from "node:util";
import {
  InputError,
  NotStartedError,
  type ProxyBetween,
  RulesRefusedError,
  type TraefikRules,
} from "@grpc-lb-lab/stage-api";
import * as v from "valibot";

/** Traefik's `/api/rawdata`, as far as it tells of mistakes: https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/ */
const WithErrors = v.object({ error: v.optional(v.union([v.string(), v.array(v.string())]), []) });
const Part = v.optional(v.record(v.string(), WithErrors), {});
const RawData = v.pipe(v.string(), v.parseJson(), v.object({ routers: Part, middlewares: Part, services: Part }));

/** What it logs of a file that it cannot read: `ERR Error while building configuration (for the first time) error="…" providerName=file`. */
const COMPLAINT = /Error while building configuration.*? error="?(?:\/\S+: )?(.*?)"? providerName=/;

/**
 * Starts Traefik with rules in its configuration. It goes on without what it does not take: without the whole file, where that has a field that it does
 * not know, or without a router, where something that the router needs is wrong.
 * @throws {RulesRefusedError} in its own words when it does not take the rules; {InputError} when it does not come up for another reason.
 */
export async function startTraefik(proxy: ProxyBetween, rules: TraefikRules | undefined): Promise<void> {
  try {
    await proxy.start();
  } catch (error) {
    const complaint = error instanceof NotStartedError ? complaintIn(error.lastWords) : undefined;
    if (rules === undefined || complaint === undefined) throw error;
    throw new RulesRefusedError("Traefik", complaint, { cause: error });
  }
  if (rules === undefined) return;
  const mistakes = mistakesIn(await proxy.ask("/api/rawdata"));
  if (mistakes.length > 0) throw new RulesRefusedError("Traefik", mistakes.join("; "));
}

/** Why it does not take the file; undefined where it does not complain. */
export function complaintIn(lastWords: string): string | undefined {
  return COMPLAINT.exec(stripVTControlCharacters(lastWords))?.[1];
}

/**
 * Everything that Traefik finds wrong with what it was told, each once.
 * @throws {InputError} when that is no answer of Traefik's.
 */
export function mistakesIn(rawData: string): string[] {
  const parsed = v.safeParse(RawData, rawData);
  if (!parsed.success) throw new InputError("Traefik's /api/rawdata has changed: the lab cannot read its mistakes");
  const parts = Object.values(parsed.output).flatMap((part) => Object.values(part));
  return [...new Set(parts.flatMap(({ error }) => error))];
}
