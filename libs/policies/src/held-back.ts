import type { Expectation } from "@grpc-lb-lab/measure";
import { type About, all, drawn, none } from "./bounds.ts";
import { allAnswered, endedWith } from "./ended-with.ts";
import type { Evidence } from "./policy.ts";
import { receivedCalls } from "./received.ts";

/** How calls that are held back before any pod sees them are told from others. */
export interface HeldBack {
  /** The status code that they end with, and no other. */
  readonly code: number;
  readonly held: About;
  /** The others, of which pods must have seen each. */
  readonly seen: About;
}

/** That a part of the calls is held back, drawn for each call, and that pods have seen all others and no more. */
export function heldBack(of: HeldBack, seen: Evidence, percent: number): Expectation[] {
  const held = endedWith(seen, of.code);
  const calls = seen.records.length;
  return [drawn(of.held, held, calls, percent / 100), all(of.seen, receivedCalls(seen), calls - held)];
}

/** That no call is held back, nor fails otherwise. */
export function notHeldBack(of: HeldBack, seen: Evidence): Expectation[] {
  return [none(of.held, endedWith(seen, of.code), seen.records.length), allAnswered(seen)];
}
