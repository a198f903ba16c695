import type { Client } from "@grpc/grpc-js";
import { expect, vi } from "vitest";
import { callOnce } from "./call.ts";

/** Waits until calls are answered by exactly these pods, each as often as the others. */
export async function expectEvenOver(client: Client, ...names: string[]): Promise<void> {
  const even = Object.fromEntries(names.map((name) => [name, 3]));
  await vi.waitFor(async () => expect(await callMany(client, 3 * names.length)).toEqual(even), { timeout: 60_000 });
}

/** Calls one after the other until it is disposed of; a call that fails makes that throw. */
export class CallLoop implements AsyncDisposable {
  #isOver = false;
  readonly #done: Promise<void>;

  constructor(client: Client) {
    this.#done = this.#run(client);
    // What went wrong is told when the loop is disposed of.
    this.#done.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #run(client: Client): Promise<void> {
    while (!this.#isOver) await callOnce(client);
  }
}

/** Makes calls one after the other and counts them by pod. */
async function callMany(client: Client, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call += 1) {
    const pod = await callOnce(client);
    counts[pod] = (counts[pod] ?? 0) + 1;
  }
  return counts;
}
