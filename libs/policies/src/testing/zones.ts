import type { CallRecord } from "@grpc-lb-lab/measure";
import { calls } from "./evidence.ts";

/** Two pods of the client's zone, and two of another. */
export const ZONED_PODS = [
  { name: "own-1", zone: "lab-a" },
  { name: "own-2", zone: "lab-a" },
  { name: "far-1", zone: "lab-b" },
  { name: "far-2", zone: "lab-b" },
];
export const OWN = ["own-1", "own-2"];
export const FAR = ["far-1", "far-2"];

/** So many calls that go round over these pods. */
export function around(pods: readonly string[], count: number, startMs = 0): CallRecord[] {
  return calls(count, { startMs }).map((record, n) => ({ ...record, pod: pods[n % pods.length] }));
}
