import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { LoadSchedule } from "@grpc-lb-lab/measure";
import type { CallRow, LoadMessage, MessageRow, SeenPod } from "@grpc-lb-lab/stage/load-lines";
import type { LoadSpec } from "@grpc-lb-lab/stage-api";
import { runLoad } from "../load/load.ts";

/** Counting begins at once. */
export const NO_WARM_UP = { distinctPods: 0, calls: 0 };

/** What a load program wrote. */
export interface LoadOutput {
  readonly messages: readonly LoadMessage[];
  readonly rows: readonly CallRow[];
  /** The messages of its streams. */
  readonly streamed: readonly MessageRow[];
  /** The pods that answered, in the order of their indexes. */
  readonly pods: readonly SeenPod[];
}

/** Runs the load program in this process and gathers what it wrote. */
export async function load(
  target: string,
  spec: LoadSpec | string,
  env: Record<string, string> = {},
  output = new PassThrough(),
): Promise<LoadOutput> {
  const stdin = new PassThrough();
  stdin.end(`${typeof spec === "string" ? spec : JSON.stringify(spec)}\n`);
  return outputOf((stdout) => runLoad({ stdin, stdout, env: { BACKEND_TARGET: target, ...env } }), output);
}

/** Gathers what `run` writes. */
export async function outputOf(
  run: (stdout: PassThrough) => Promise<unknown>,
  stdout = new PassThrough(),
): Promise<LoadOutput> {
  const written = text(stdout);
  await run(stdout).finally(() => stdout.end());
  const lines = (await written).trim().split("\n");
  const messages = lines.map((line) => JSON.parse(line) as LoadMessage);
  const batches = messages.filter((message) => message.type === "calls");
  return {
    messages,
    rows: batches.flatMap(({ rows }) => rows),
    streamed: batches.flatMap(({ streamed }) => streamed),
    pods: batches.flatMap(({ pods }) => pods),
  };
}

/** A load that is asked for its clock (id 7), and told to stop once it has written `sign`. */
export async function stoppedOnce(sign: string, target: string, spec: LoadSpec, env: Record<string, string> = {}) {
  const stdin = new PassThrough();
  let schedule: LoadSchedule | undefined;
  const output = await outputOf(async (stdout) => {
    stdout.on("data", (bytes: Buffer) => {
      if (bytes.toString().includes(sign)) stdin.write('{"type":"stop"}\n');
    });
    stdin.write(`${JSON.stringify(spec)}\n{"type":"clock","id":7}\n`);
    schedule = await runLoad({ stdin, stdout, env: { BACKEND_TARGET: target, ...env } });
  });
  return { ...output, schedule };
}
