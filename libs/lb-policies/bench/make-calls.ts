import type { Client } from "@grpc/grpc-js";
import { methods } from "../src/testing/test-pod.ts";

const { path, requestSerialize, responseDeserialize } = methods.whoAmI;
const request = Buffer.alloc(0);

/** Calls that were answered, and what they took. */
export interface Work {
  readonly calls: number;
  readonly seconds: number;
  /** CPU time of this process. */
  readonly cpuSeconds: number;
}

/** Keeps this many calls in flight for a time. */
export async function makeCalls(client: Client, inFlight: number, durationMs: number): Promise<Work> {
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  let calls = 0;
  const caller = () =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        if (performance.now() - startMs >= durationMs) return resolve();
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error) => {
          if (error !== null) return reject(error);
          calls += 1;
          next();
        });
      };
      next();
    });
  await Promise.all(Array.from({ length: inFlight }, caller));
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(startCpu);
  return { calls, seconds, cpuSeconds: (user + system) / 1_000_000 };
}
