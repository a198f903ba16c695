/** How long calls may take that come without a deadline, and how long any may take. Ms. */
export interface DeadlineCaps {
  /** Of a unary call that names none. Other kinds go on for as long as `maxMs` lets them. */
  readonly defaultMs: number;
  readonly maxMs: number;
}

/** The part of a deadline that is kept back at most, so that the backend's DEADLINE_EXCEEDED still reaches a client in time. */
const LARGEST_RESERVE_MS = 20;
const RESERVE_SHARE = 0.05;

/**
 * When a call to the backend must have ended, as a time of `Date.now()`, where the client gave `askedMs` from now (undefined: no deadline). It is
 * earlier than the client's by 5 % (1 ms at least, 20 ms at most): what is passed on is always smaller than what came.
 */
export function deadlineAt(askedMs: number | undefined, { defaultMs, maxMs }: DeadlineCaps, streams = false): number {
  const wholeMs = Math.min(askedMs ?? (streams ? maxMs : defaultMs), maxMs);
  const reserveMs = Math.min(LARGEST_RESERVE_MS, Math.max(1, Math.ceil(wholeMs * RESERVE_SHARE)));
  return Date.now() + wholeMs - reserveMs;
}
