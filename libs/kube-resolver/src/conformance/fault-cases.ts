import type { Fault, FaultProxy } from "./fault-proxy.ts";
import * as faults from "./faults.ts";

/** What happens to the first list, and how many lists there are then. */
export const atTheList: readonly [what: string, fault: Fault, lists: number][] = [
  ["429 with Retry-After", faults.refuseWith(429, { "retry-after": "1" }), 2],
  ...[401, 403, 404, 410, 500, 503, 504].map((code): [string, Fault, number] => [
    String(code),
    faults.refuseWith(code),
    2,
  ]),
  ["truncated JSON", faults.truncate, 2],
  ["a cut in the middle of the answer", faults.cutInTheMiddle, 2],
  ["a cut before the answer", faults.cutUnanswered, 2],
  ["no answer", faults.stayUnanswered, 2],
  ["a page of HTML", faults.answerWithAPage, 2],
  ["an answer of single bytes", faults.answerSlowly, 1],
];

/** What happens to the first watch, and how many lists there are then. */
export const atTheWatch: readonly [what: string, fault: Fault, lists: number][] = [
  ["429 with Retry-After", faults.refuseWith(429, { "retry-after": "1" }), 1],
  ...[401, 403, 404, 500, 503, 504].map((code): [string, Fault, number] => [String(code), faults.refuseWith(code), 1]),
  ["410 as status", faults.refuseWith(410), 2],
  ["a cut before the answer", faults.cutUnanswered, 1],
  ["no answer", faults.stayUnanswered, 1],
  ["a page of HTML", faults.answerWithAPage, 2],
];

/** What happens to an open watch, and how many lists there are then. */
export const inTheOpenWatch: readonly [what: string, inject: (proxy: FaultProxy) => void, lists: number][] = [
  ["a cut", (proxy) => proxy.toWatches((response) => response.destroy()), 1],
  ["an end in good order", (proxy) => proxy.toWatches((response) => response.end()), 1],
  ["a cut in the middle of a line", (proxy) => proxy.alterWatches(faults.cutMidLine), 1],
  ["a line of truncated JSON", (proxy) => proxy.alterWatches(faults.garble), 2],
  ["single bytes", (proxy) => proxy.alterWatches(faults.dripBytes), 1],
  ["410 Gone", (proxy) => proxy.toWatches(faults.endWithError(410)), 2],
  ["an internal error", (proxy) => proxy.toWatches(faults.endWithError(500)), 1],
];
