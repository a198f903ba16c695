import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { describe, expect, it, vi } from "vitest";
import type { LoadMessage, MessageRow } from "./load-message.ts";
import { followLoad, type LoadProgram } from "./load-program.ts";

/** For a machine whose cores are busy with something else. */
const PATIENT = { timeout: 60_000 };

const SPEC = { rate: 10, calls: 2 };
const SEEN = { pod: "backend-1", zone: "lab-a", version: "v1" };
const never = new AbortController().signal;

describe("a followed load", () => {
  it("is handed its specification first, and begins on the lab's clock", async () => {
    const program = new FakeProgram(60_000);
    await using run = await follow(program);
    expect(program.heard[0]).toEqual(SPEC);
    const ourMs = monotonicMs();
    expect(run.beganAtMs).toBeGreaterThan(ourMs - 30_000);
    expect(run.beganAtMs).toBeLessThan(ourMs + 30_000);
  });

  it("asks for the clock in the chunk that has the specification, so that no schedule begins in between", async () => {
    const program = new FakeProgram();
    const chunks: string[] = [];
    program.stdin.on("data", (chunk) => chunks.push(String(chunk)));
    await using _ = await follow(program);
    expect(chunks[0]).toBe(`${JSON.stringify(SPEC)}\n{"type":"clock","id":1}\n`);
  });

  it("gathers records, pods, messages and the clock's offset until it is done", async () => {
    const program = new FakeProgram(60_000);
    await using run = await follow(program);
    const messages: [number, string][] = [[14, "no connection"]];
    program.say({ type: "calls", rows: [[5, 2, 0, 0, 1, 0, 0, 0.5, 0, -1]], streamed: [], pods: [SEEN], messages: [] });
    program.say({ type: "calls", rows: [[9, 3, 14, -1, 2, 1, 1, 0, 1, -1]], streamed: [], pods: [], messages });
    program.say({ type: "done" });
    const summary = await run.done;
    expect(run.records).toEqual([
      { startMs: run.beganAtMs + 5, lagMs: 0.5, latencyMs: 2, code: 0, pod: "backend-1", attempts: 1, client: 0 },
      {
        startMs: run.beganAtMs + 9,
        lagMs: 0,
        latencyMs: 3,
        code: 14,
        pod: undefined,
        attempts: 2,
        client: 1,
        cutShort: true,
        kind: 1,
      },
    ]);
    expect(run.seenPods).toEqual(new Map([["backend-1", SEEN]]));
    expect(summary).toMatchObject({ warmUpCalls: 3, firstMessages: new Map(messages) });
    expect(Math.abs(summary.clock.offsetMs - 60_000)).toBeLessThanOrEqual(summary.clock.uncertaintyMs);
  });

  it("gathers messages of streams apart from calls, and wakes who waits for them", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const come = run.waitFor(() => run.messages.length === 2, never);
    const streamed: MessageRow[] = [
      [3, 0, 5, 2, 0, 0, 0.5, 1, 2],
      [3, 1, 25, 4, 14, 0, 0, 1, 2],
    ];
    program.say({ type: "calls", rows: [], streamed, pods: [SEEN], messages: [] });
    await come;
    expect(run.records).toEqual([]);
    const of = { stream: 3, pod: "backend-1", client: 1, kind: 2 };
    expect(run.messages).toEqual([
      { ...of, message: 0, startMs: run.beganAtMs + 5, latencyMs: 2, code: 0, lagMs: 0.5 },
      { ...of, message: 1, startMs: run.beganAtMs + 25, latencyMs: 4, code: 14, lagMs: 0 },
    ]);
    program.say({ type: "calls", rows: [[5, 30, 14, 0, 1, 1, 1, 0, 2, 3]], streamed: [], pods: [], messages: [] });
    await run.waitFor((records) => records.length === 1, never);
    expect(run.records[0]).toMatchObject({ stream: 3, pod: "backend-1", code: 14, cutShort: true });
  });

  it("is waited for by its records", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const handed: number[] = [];
    const two = run.waitFor((records) => handed.push(records.length) === 3, never);
    program.sayCall();
    await run.waitFor((records) => records.length === 1, never);
    program.sayCall();
    await two;
    // What was there at first, then each record once: who waits long does not judge all of them again and again.
    expect(handed).toEqual([0, 1, 1]);
    await run.waitFor((records) => records.length === 2, never);
  });

  it("rejects who waits for what does not come: at its end, at an abort, by an error of his own", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const aborting = new AbortController();
    const aborted = run.waitFor(() => false, aborting.signal);
    aborting.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await expect(run.waitFor(() => false, aborting.signal)).rejects.toThrow("enough");

    const mistaken = run.waitFor((records) => records.length > 0 && fail("a mistake"), never);
    const waiting = run.waitFor(() => false, never);
    program.sayCall();
    await expect(mistaken).rejects.toThrow("a mistake");
    program.say({ type: "done" });
    await expect(waiting).rejects.toThrow("the load is done");
    await expect(run.waitFor(() => false, never)).rejects.toThrow("the load is done");
    await expect(run.done).resolves.toMatchObject({ warmUpCalls: 3 });
  });

  it("is told to stop", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const summary = run.stop();
    await vi.waitFor(() => expect(program.heard).toContainEqual({ type: "stop" }), PATIENT);
    program.say({ type: "done" });
    await expect(summary).resolves.toMatchObject({ warmUpCalls: 3 });
  });

  it("is told another rate, and tells since when it goes on so", async () => {
    const program = new FakeProgram(60_000);
    await using run = await follow(program);
    const changed = [run.setRate(200), run.setRate(50)];
    await vi.waitFor(() => expect(program.heard).toContainEqual({ type: "rate", rate: 50 }), PATIENT);
    program.say({ type: "rate", atMs: run.beganAtMs + 60_000, rate: 200 });
    await changed[0];
    program.say({ type: "rate", atMs: run.beganAtMs + 60_010, rate: 50 });
    await changed[1];
    program.say({ type: "done" });
    const { rateChanges, clock } = await run.done;
    expect(rateChanges.map(({ ratePerSecond }) => ratePerSecond)).toEqual([200, 50]);
    expect(rateChanges[0]?.atMs).toBeCloseTo(run.beganAtMs + 60_000 - clock.offsetMs, 3);
  });

  it("that ends before it has another rate is told to who waits for it, and to who asks later", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const changed = run.setRate(200);
    program.end("lab load ended with 2: a closed loop has no rate");
    await expect(changed).rejects.toThrow("a closed loop has no rate");
    await expect(run.setRate(200)).rejects.toThrow("a closed loop has no rate");
  });

  it("that dies tells its last words to all who wait", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    const waiting = run.waitFor(() => false, never);
    program.end("lab load ended with 7: the channel is broken");
    await expect(run.done).rejects.toThrow("the channel is broken");
    await expect(waiting).rejects.toThrow("the channel is broken");
    await expect(run.stop()).rejects.toThrow("the channel is broken");
  });

  it("that ends well but too early is told", async () => {
    const program = new FakeProgram();
    await using run = await follow(program);
    program.end(undefined);
    await expect(run.done).rejects.toThrow("lab load ended before its load was done");
  });

  it("that dies before it begins is no run", async () => {
    const program = new FakeProgram();
    program.end("lab load ended with 2: the load specification on stdin is wrong");
    await expect(followLoad(program, SPEC, never)).rejects.toThrow("the load specification on stdin is wrong");
  });

  it.each([
    "hello",
    "{",
    "null",
    '{"type":"unknown"}',
    '{"type":"calls","rows":[],"streamed":[[1]],"pods":[],"messages":[]}',
    '{"type":"calls","rows":[[1,2]],"streamed":[],"pods":[],"messages":[]}',
  ])("is ended when it writes %s, which is no message", async (line) => {
    const program = new FakeProgram();
    await using run = await follow(program);
    program.stdout.write(`${line}\n`);
    await expect(run.done).rejects.toThrow(line);
    await program.ended;
  });

  it("is ended when it begins without having told its clock", async () => {
    const program = new FakeProgram(0, { answersClock: false });
    program.begin();
    await expect(followLoad(program, SPEC, never)).rejects.toThrow("began before it sent its clock");
    await program.ended;
  });

  it("is killed by an abort, before it begins and after", async () => {
    const aborting = new AbortController();
    const silent = new FakeProgram();
    const beginning = followLoad(silent, SPEC, aborting.signal);
    const program = new FakeProgram();
    const run = await follow(program, aborting.signal);
    aborting.abort(new Error("enough"));
    await expect(beginning).rejects.toThrow("enough");
    await expect(run.done).rejects.toThrow("killed");
    await expect(followLoad(new FakeProgram(), SPEC, aborting.signal)).rejects.toThrow("enough");
  });
});

function follow(program: FakeProgram, signal = never) {
  program.begin();
  return followLoad(program, SPEC, signal);
}

function fail(message: string): never {
  throw new Error(message);
}

/** The far side of the protocol, in this process. */
class FakeProgram implements LoadProgram {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly ended: Promise<string | undefined>;
  readonly heard: { readonly type?: string; readonly id?: number }[] = [];
  readonly #aheadMs: number;
  readonly #end = Promise.withResolvers<string | undefined>();
  #begins = false;

  constructor(aheadMs = 0, { answersClock = true } = {}) {
    this.#aheadMs = aheadMs;
    this.ended = this.#end.promise;
    createInterface({ input: this.stdin }).on("line", (line) => this.#hear(JSON.parse(line), answersClock));
  }

  /** Makes it begin once it has been spoken to. */
  begin(): void {
    this.#begins = true;
  }

  say(message: LoadMessage): void {
    if (this.stdout.writable) this.stdout.write(`${JSON.stringify(message)}\n`);
  }

  sayCall(): void {
    this.say({ type: "calls", rows: [[1, 1, 0, -1, 1, 0, 0, 0, 0, -1]], streamed: [], pods: [], messages: [] });
  }

  end(reason: string | undefined): void {
    this.stdout.end();
    this.#end.resolve(reason);
  }

  kill(): void {
    this.end("killed");
  }

  #hear(message: { readonly type?: string; readonly id?: number }, answersClock: boolean): void {
    this.heard.push(message);
    if (message.type !== "clock") return;
    const atMs = monotonicMs() + this.#aheadMs;
    if (answersClock) this.say({ type: "clock", id: message.id ?? 0, atMs });
    if (this.#begins) this.say({ type: "began", atMs, warmUpCalls: 3, warmedUp: true });
    this.#begins = false;
  }
}
