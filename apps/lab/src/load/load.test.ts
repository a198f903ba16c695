import { once } from "node:events";
import { PassThrough } from "node:stream";
import { Worker } from "node:worker_threads";
import { status } from "@grpc/grpc-js";
import { monotonicMs } from "@grpc-lb-lab/measure";
import type { LoadSpec } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import type { DrainingGreeters } from "../testing/draining-greeters.ts";
import { freePort } from "../testing/free-port.ts";
import { type LoadOutput, load, NO_WARM_UP, outputOf, stoppedOnce } from "../testing/load-output.ts";
import { answerAs, startTestGreeter } from "../testing/test-greeter.ts";
import { runLoad } from "./load.ts";

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

  it("intends starts at random when asked to, at the same rate and the same ones each time", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const spec: LoadSpec = { rate: 1_000, arrivals: "random", calls: 500, warmUp: NO_WARM_UP };
    const startsOf = ({ rows }: LoadOutput) => rows.map(([startMs]) => startMs).toSorted((a, b) => a - b);
    const starts = startsOf(await load(greeter.target, spec));
    // The mean of 500 exponential gaps of 1 ms: 1 ms, within 5 standard deviations.
    expect(Math.abs((starts.at(-1) ?? 0) / 499 - 1)).toBeLessThan(5 / Math.sqrt(499));
    const gaps = starts.slice(1).map((startMs, index) => startMs - (starts[index] ?? 0));
    expect(gaps.filter((gap) => gap > 1).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
    expect(startsOf(await load(greeter.target, spec))).toEqual(starts);
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
    const startedLate = rows.filter(([, , , , , , , lagMs]) => lagMs > stallMs / 4);
    expect(startedLate.length).toBeGreaterThanOrEqual(25);
    expect(rows.every(([, latencyMs, , , , , , lagMs]) => lagMs >= 0 && lagMs <= latencyMs)).toBe(true);
  });

  it.each([
    { when: "before a timer", place: (stall: () => void) => setImmediate(stall) }, // Timers come next, before a poll for I/O.
    {
      when: "behind a timer that was late",
      // The timer that comes next is late. What it leaves for after the poll comes behind the stall.
      place: (stall: () => void) => inTurns(() => block(20), stall),
    },
    {
      when: "behind another stall",
      // What was left for after the poll comes late, and what it leaves in turn comes behind the stall.
      place: (stall: () => void) =>
        inTurns(
          () => block(20),
          () => block(20),
          stall,
        ),
    },
  ])(
    "reads what came during a stall $when before it makes the calls that are due: all connections may have been told to go away",
    async ({ place }) => {
      const drained = new Int32Array(new SharedArrayBuffer(4));
      const workerData: DrainingGreeters = { greeters: 4, drained };
      const greeters = new Worker(new URL("../testing/draining-greeters.ts", import.meta.url), { workerData });
      const [target] = await once(greeters, "message");
      let stalledAtMs = Number.NaN;
      const stall = () => {
        stalledAtMs = monotonicMs();
        greeters.postMessage("drain");
        Atomics.wait(drained, 0, 0);
        block(200); // 40 calls become due.
      };
      let mayStall = true;
      const stalling = new PassThrough({
        transform: (chunk: Buffer, _, done) => {
          done(null, chunk);
          if (!mayStall || !chunk.includes('"calls"')) return;
          mayStall = false;
          place(stall);
        },
      });
      const spec = { rate: 200, calls: 200, warmUp: { distinctPods: 4, calls: 20 } };
      const { messages, rows } = await load(target, spec, { BACKEND_LB_POLICY: "round_robin" }, stalling);
      await greeters.terminate();
      const beganAtMs = messages.find((message) => message.type === "began")?.atMs ?? Number.NaN;
      const dueLater = rows.filter(([startMs]) => beganAtMs + startMs > stalledAtMs);
      expect(dueLater.length).toBeGreaterThan(100);
      expect(dueLater.filter(([, , code]) => code !== status.OK)).toEqual([]);
    },
  );

  it("goes on with another rate as it is told to, and tells since when", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    onceBegun(stdout, () => stdin.write('{"type":"rate","rate":1000}\n'));
    stdin.write(`${JSON.stringify({ rate: 0.01, calls: 51, warmUp: NO_WARM_UP })}\n`);
    const env = { BACKEND_TARGET: greeter.target };
    const { messages, rows } = await outputOf(() => runLoad({ stdin, stdout, env }), stdout);
    const beganAtMs = messages.find((message) => message.type === "began")?.atMs ?? Number.NaN;
    const changed = messages.find((message) => message.type === "rate");
    expect(changed).toMatchObject({ rate: 1_000 });
    const starts = rows.map(([startMs]) => startMs).toSorted((a, b) => a - b);
    // The second was due after 100 s; of what was left of them a part in 100,000 is.
    const changedMs = (changed?.atMs ?? Number.NaN) - beganAtMs;
    const secondMs = changedMs + (100_000 - changedMs) / 100_000;
    expect(starts.slice(0, 3)).toEqual([0, expect.closeTo(secondMs, 3), expect.closeTo(secondMs + 1, 3)]);
    expect(starts).toHaveLength(51);
    expect(starts.at(-1)).toBeCloseTo(secondMs + 49, 3);
  });

  it("has no other rate before it has begun, and a closed loop has none at all", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const told = (spec: LoadSpec) => {
      const stdin = new PassThrough();
      const stdout = new PassThrough();
      onceBegun(stdout, () => stdin.write('{"type":"rate","rate":1000}\n'));
      stdin.write(`${JSON.stringify(spec)}\n`);
      return runLoad({ stdin, stdout, env: { BACKEND_TARGET: greeter.target } });
    };
    await expect(told({ inFlight: 1, warmUp: NO_WARM_UP })).rejects.toThrow("a closed loop has no rate to change");
    const early = new PassThrough();
    early.write('{"rate":1}\n{"type":"rate","rate":1000}\n');
    const io = { stdin: early, stdout: new PassThrough(), env: { BACKEND_TARGET: greeter.target } };
    await expect(runLoad(io)).rejects.toThrow("the rate can be changed once the schedule has begun");
  });

  it("ends after its time", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { rows } = await load(greeter.target, { rate: 100, durationMs: 300, warmUp: NO_WARM_UP });
    expect(rows).toHaveLength(30);
  });
});

/** It says so first, and then goes on in the same turn of the event loop. */
function onceBegun(stdout: PassThrough, then: () => void): void {
  stdout.once("data", () => setImmediate(then));
}

/** Each in a turn of the event loop of its own, before what is left for that turn meanwhile. */
function inTurns(first: () => void, ...others: (() => void)[]): void {
  setImmediate(() => {
    const [next, ...rest] = others;
    if (next !== undefined) inTurns(next, ...rest);
    first();
  });
}

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

  it("are followed at once by the next where a pod has refused them: it is there", async () => {
    await using greeter = await startTestGreeter((_, callback) => callback({ code: status.INTERNAL, details: "no" }));
    const { rows } = await load(greeter.target, { inFlight: 1, durationMs: 1_000, warmUp: NO_WARM_UP });
    expect(rows.length).toBeGreaterThan(8); // With pauses it would be after 0, 10, 30, 70, 150, 310 and 630 ms.
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

describe("a target on which nothing listens", () => {
  it("is not flooded by the warm-up", async () => {
    const target = `127.0.0.1:${await freePort()}`;
    const warmUp = { distinctPods: 1, calls: 0, maxMs: 500 };
    const { messages } = await load(target, { inFlight: 1, calls: 1, warmUp });
    // After 0, 10, 30, 70, 150 ms, then every 100 ms.
    const warmUpCalls = messages.find((message) => message.type === "began")?.warmUpCalls ?? Number.NaN;
    expect(warmUpCalls).toBeGreaterThan(1);
    expect(warmUpCalls).toBeLessThanOrEqual(9);
  });

  it("is not flooded by a closed loop", async () => {
    const target = `127.0.0.1:${await freePort()}`;
    const { rows } = await load(target, { inFlight: 10, durationMs: 500, warmUp: NO_WARM_UP });
    // Each of the 10 after 0, 10, 30, 70, 150 and 310 ms.
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.length).toBeLessThanOrEqual(60);
    expect(rows.every(([, , code]) => code === status.UNAVAILABLE)).toBe(true);
  });

  it("holds up neither the end of a closed loop nor a stop", async () => {
    const target = `127.0.0.1:${await freePort()}`;
    expect((await load(target, { inFlight: 3, calls: 12, warmUp: NO_WARM_UP })).rows).toHaveLength(12);
    const { messages } = await stoppedOnce('"rows":[[', target, { inFlight: 3, warmUp: NO_WARM_UP });
    expect(messages.at(-1)).toEqual({ type: "done" });
  });
});

describe("commands on stdin", () => {
  it("tell its clock, and stop it", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { messages } = await stoppedOnce('"rows":[[', greeter.target, { rate: 200, warmUp: NO_WARM_UP });
    expect(messages.find(({ type }) => type === "clock")).toMatchObject({ id: 7, atMs: expect.any(Number) });
    expect(messages.at(-1)).toEqual({ type: "done" });
  });

  it("are heard by a load that is far behind its schedule, which says so", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const { messages, schedule } = await stoppedOnce('"rows":[[', greeter.target, {
      rate: 1_000_000,
      warmUp: NO_WARM_UP,
    });
    expect(messages.at(-1)).toEqual({ type: "done" });
    expect(schedule).toMatchObject({ plannedPerSecond: 1_000_000, clientWasLimit: true });
    expect(schedule?.achievedPerSecond).toBeLessThan(950_000);
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
    ['{"rate":10,"inFlight":2}', "give either rate or inFlight"],
    ['{"rate":-1}', "rate"],
    ['{"rate":1,"cals":2}', "cals"],
  ])("refuses %j by name", async (spec, message) => {
    await expect(load("127.0.0.1:1", spec)).rejects.toThrow(message);
  });

  it("refuses a wrong environment before it reads anything", async () => {
    await expect(load("foo:///x", { rate: 1 })).rejects.toThrow('unknown scheme "foo"');
  });
});
