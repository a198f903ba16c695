import { all, none } from "../bounds.ts";
import type { Policy } from "../policy.ts";

const UNAVAILABLE = 14;

/** A policy of nobody, which asks that every call ends UNAVAILABLE; it can be said in one dialect. */
export function madeUpPolicy(over: Partial<Policy> = {}): Policy {
  const ended = { id: "ended", what: "calls that end UNAVAILABLE" };
  return {
    name: "made-up",
    title: "a request that nobody makes",
    parameters: { percent: 100, of: "calls" },
    source: "https://example.com/made-up",
    asks: ({ percent }) => `${percent} % of the calls end UNAVAILABLE`,
    dialects: ({ percent }) => ({
      "gRPC service config": { dialect: "gRPC service config", serviceConfig: { percent: Number(percent) } },
    }),
    trial: () => ({ pods: 2, load: { calls: 20 }, roughSeconds: 1 }),
    obeyed: ({ records }) => [all(ended, records.filter(({ code }) => code === UNAVAILABLE).length, records.length)],
    ignored: ({ records }) => [none(ended, records.filter(({ code }) => code === UNAVAILABLE).length, records.length)],
    onPath: (path) => path,
    ...over,
  };
}
