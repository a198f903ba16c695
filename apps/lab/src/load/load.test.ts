import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { status } from "@grpc/grpc-js";
import type { CallRow, LoadMessage, LoadSpec } from "@grpc-lb-lab/stage";
import { describe, expect, it } from "vitest";
import { answerAs, startTestGreeter } from "../testing/test-greeter.ts";
import { runLoad } from "./load.ts";

const NO_WARM_UP = { distinctPods: 0, calls: 0 };

interface LoadOutput {
  readonly messages: readonly LoadMessage[];
  readonly rows: readonly CallRow[];
}

/** Runs the load program in this process and gathers what it wrote. */
async function load(target: string, spec: LoadSpec | string, env: Record<string, string> = {}): Promise<LoadOutput> {
  const stdin = new PassThrough();
  stdin.end(`${typeof spec === "string" ? spec : JSON.stringify(spec)}\n`);
  return outputOf((stdout) => runLoad({ stdin, stdout, env: { BACKEND_TARGET: target, ...env } }));
}

async function outputOf(run: (stdout: PassThrough) => Promise<void>): Promise<LoadOutput> {
  const stdout = new PassThrough();
  const written = text(stdout);
  await run(stdout).finally(() => stdout.end());
  const lines = (await written).trim().split("\n");
  const messages = lines.map((line) => JSON.parse(line) as LoadMessage);
  return { messages, rows: messages.flatMap((message) => (message.type === "calls" ? message.rows : [])) };
}

describe("closed loop", () => {
  it("makes the calls that are asked for, and names each pod once", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { messages, rows } = await load(greeter.target, { inFlight: 5, calls: 250, warmUp: NO_WARM_UP });
    expect(rows).toHaveLength(250);
    expect(rows.every(([, latencyMs, code, pod]) => latencyMs > 0 && code === status.OK && pod === 0)).toBe(true);
    const pods = messages.flatMap((message) => (message.type === "calls" ? message.pods : []));
    expect(pods).toEqual([{ pod: "pod-a", zone: "lab-a", version: "v1" }]);
    expect(messages.at(-1)).toEqual({ type: "done" });
  });

  it("never has more calls in flight than asked for", async () => {
    let inFlight = 0;
    let most = 0;
    await using greeter = await startTestGreeter((_, callback) => {
      most = Math.max(most, ++inFlight);
      setImmediate(() => {
        inFlight -= 1;
        callback(null, {});
      });
    });
    await load(greeter.target, { inFlight: 7, calls: 200, warmUp: NO_WARM_UP });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(7);
  });
});

describe("open loop", () => {
  it("intends starts by the schedule, whatever the answers do", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { rows } = await load(greeter.target, { rate: 500, calls: 100, warmUp: NO_WARM_UP });
    const starts = rows.map(([startMs]) => startMs).toSorted((a, b) => a - b);
    expect(starts).toEqual(Array.from({ length: 100 }, (_, index) => index * 2));
  });

  it("counts latency from the intended start, so that a stall shows in all calls that it delays", async () => {
    const stallMs = 400;
    let calls = 0;
    await using greeter = await startTestGreeter((_, callback) => {
      if (++calls === 20) block(stallMs); // Blocks client and server alike: a client that waited would hide it.
      callback(null, {});
    });
    const { rows } = await load(greeter.target, { rate: 100, calls: 80, warmUp: NO_WARM_UP });
    const late = rows.filter(([, latencyMs]) => latencyMs > stallMs / 4);
    expect(rows).toHaveLength(80);
    expect(late.length).toBeGreaterThanOrEqual(25);
  });

  it("ends after its time", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { rows } = await load(greeter.target, { rate: 100, durationMs: 300, warmUp: NO_WARM_UP });
    expect(rows).toHaveLength(30);
  });
});

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("warm-up", () => {
  it("is counted apart and ends when so many pods have answered", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((call, callback) => answerAs(`pod-${calls++ % 3}`)(call, callback));
    const { messages, rows } = await load(greeter.target, {
      inFlight: 1,
      calls: 6,
      warmUp: { distinctPods: 3, calls: 0 },
    });
    expect(messages.find(({ type }) => type === "began")).toMatchObject({ warmUpCalls: 3 });
    expect(rows).toHaveLength(6);
  });

  it("gives up on pods that never answer", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const warmUp = { distinctPods: 2, calls: 0, maxMs: 100 };
    const { rows } = await load(greeter.target, { inFlight: 1, calls: 3, warmUp });
    expect(rows).toHaveLength(3);
  });
});

describe("failed calls", () => {
  it("are recorded by code, with the first message of each", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((_, callback) => {
      calls += 1;
      callback({ code: calls % 2 === 0 ? status.INTERNAL : status.ABORTED, details: `no ${calls}` });
    });
    const { messages, rows } = await load(greeter.target, { inFlight: 1, calls: 6, warmUp: NO_WARM_UP });
    expect(rows.map(([, , code]) => code)).toEqual([10, 13, 10, 13, 10, 13]);
    const first = messages.flatMap((message) => (message.type === "calls" ? message.messages : []));
    expect(first).toEqual([
      [status.ABORTED, "no 1"],
      [status.INTERNAL, "no 2"],
    ]);
  });

  it("tells how many attempts an answered call took", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((call, callback) => {
      if (calls++ % 2 === 0) return callback({ code: status.UNAVAILABLE, details: "later" });
      const sent = call.metadata.get("grpc-previous-rpc-attempts");
      const echoed = call.metadata.clone();
      echoed.set("grpc-previous-rpc-attempts", sent[0] ?? "0");
      call.sendMetadata(echoed);
      callback(null, {});
    });
    const { rows } = await load(greeter.target, { inFlight: 1, calls: 3, warmUp: NO_WARM_UP }, { BACKEND_RETRY: "3" });
    expect(rows.map(([, , code, , attempts]) => [code, attempts])).toEqual([
      [0, 2],
      [0, 2],
      [0, 2],
    ]);
  });
});

describe("commands on stdin", () => {
  it("tell its clock, and stop it", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const stdin = new PassThrough();
    const { messages } = await outputOf((stdout) => {
      stdout.on("data", (bytes: Buffer) => {
        if (bytes.toString().includes('"calls"')) stdin.write('{"type":"stop"}\n');
      });
      stdin.write(`${JSON.stringify({ rate: 200, warmUp: NO_WARM_UP } satisfies LoadSpec)}\n{"type":"clock","id":7}\n`);
      return runLoad({ stdin, stdout, env: { BACKEND_TARGET: greeter.target } });
    });
    expect(messages.find(({ type }) => type === "clock")).toMatchObject({ id: 7, atMs: expect.any(Number) });
    expect(messages.at(-1)).toEqual({ type: "done" });
  });
});

describe("the end of stdin", () => {
  const during = async (attached: boolean) => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const stdin = new PassThrough();
    const { messages } = await outputOf((stdout) => {
      stdout.on("data", (bytes: Buffer) => {
        if (bytes.toString().includes('"began"')) stdin.end();
      });
      stdin.write(`${JSON.stringify({ rate: 200, calls: 50, warmUp: NO_WARM_UP } satisfies LoadSpec)}\n`);
      return runLoad({ stdin, stdout, env: { BACKEND_TARGET: greeter.target }, attached });
    });
    return messages;
  };

  it("ends nothing by itself", async () => {
    expect((await during(false)).at(-1)).toEqual({ type: "done" });
  });

  it("ends a load that is attached to it", async () => {
    await expect(during(true)).rejects.toThrow("stdin has ended");
  });
});

describe("bad input", () => {
  it.each([
    ["", "the first line of stdin must be a load specification as JSON"],
    ["{", "the first line of stdin must be a load specification as JSON"],
    ['{"rate":10,"inFlight":2}', "give one of rate and inFlight"],
    ['{"rate":-1}', "rate"],
    ['{"rate":1,"cals":2}', "cals"],
  ])("refuses %j by name", async (spec, message) => {
    await expect(load("127.0.0.1:1", spec)).rejects.toThrow(message);
  });

  it("refuses a wrong environment before it reads anything", async () => {
    await expect(load("foo:///x", { rate: 1 })).rejects.toThrow('unknown scheme "foo"');
  });
});
