import { status } from "@grpc/grpc-js";
import type { CallRow } from "@grpc-lb-lab/stage/load-lines";
import type { CallKind, LoadSpec } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { type LoadOutput, load, NO_WARM_UP, stoppedOnce } from "../testing/load-output.ts";
import { answerAs, startTestGreeter, type TestGreeter } from "../testing/test-greeter.ts";

const servedBy = { pod: "pod-a", zone: "lab-a", version: "v1" };
const answer = { message: "Hello!", servedBy };
const EVERY_MS = 20;

/** One call of a kind, or one of each of several. */
const calls = (...kinds: CallKind[]): LoadSpec => ({
  inFlight: kinds.length,
  calls: kinds.length,
  warmUp: NO_WARM_UP,
  kinds,
});

/** A greeter whose streams answer all that comes, as the backend's do. */
function greeting(): Promise<TestGreeter> {
  return startTestGreeter(answerAs("pod-a"), {
    sayHelloStream: (call) => {
      const { count, intervalMs } = call.request;
      let sent = 0;
      const send = () => {
        call.write(answer);
        sent += 1;
        if (sent === count) call.end();
      };
      send();
      if (count === 1) return;
      const timer = setInterval(() => (sent === count ? clearInterval(timer) : send()), intervalMs);
      call.once("cancelled", () => clearInterval(timer));
    },
    sayHelloToMany: (call, callback) => {
      const names: string[] = [];
      call.on("data", ({ name }) => names.push(name));
      call.once("end", () => callback(null, { message: `Hello from pod-a, ${names.join(", ")}!`, servedBy }));
    },
    chat: (call) => {
      call.on("data", () => call.write(answer));
      call.once("end", () => call.end());
    },
  });
}

const ends = (rows: readonly CallRow[]) => rows.map(([, , code, pod, , , , , , stream]) => ({ code, pod, stream }));
const numbers = ({ streamed }: LoadOutput) => streamed.map(([stream, message]) => [stream, message]);
const dueMs = ({ rows, streamed }: LoadOutput) => streamed.map(([, , startMs]) => startMs - (rows[0]?.[0] ?? 0));

describe("the messages of a bidirectional stream", () => {
  it("are due by its schedule, and have a record each from then to their answers; the stream has one", async () => {
    await using greeter = await greeting();
    const kind = { method: "Chat", messages: { everyMs: EVERY_MS, count: 5 } } as const;
    const output = await load(greeter.target, calls(kind));
    expect(numbers(output)).toEqual([0, 1, 2, 3, 4].map((message) => [0, message]));
    for (const [message, due] of dueMs(output).entries()) expect(due).toBeCloseTo(message * EVERY_MS, 2);
    for (const [, , , latencyMs, code, pod, lagMs] of output.streamed) {
      expect({ code, pod }).toEqual({ code: status.OK, pod: 0 });
      expect(latencyMs).toBeGreaterThanOrEqual(lagMs);
    }
    expect(ends(output.rows)).toEqual([{ code: status.OK, pod: 0, stream: 0 }]);
    expect(output.rows[0]?.[1]).toBeGreaterThanOrEqual(4 * EVERY_MS - 1);
    expect(output.pods).toEqual([servedBy]);
  });

  it("are lost that are under way when it breaks, with its status; the stream's record names its pod", async () => {
    let asked = 0;
    await using greeter = await startTestGreeter(answerAs("pod-a"), {
      chat: (call) => {
        call.on("data", () => {
          asked += 1;
          if (asked < 3) call.write(answer);
          else call.emit("error", { code: status.UNAVAILABLE, details: "gone" });
        });
      },
    });
    const output = await load(greeter.target, calls({ method: "Chat", messages: { everyMs: EVERY_MS } }));
    const codes = output.streamed.map(([, , , , code]) => code);
    expect(codes.slice(0, 2)).toEqual([status.OK, status.OK]);
    expect(codes.length).toBeGreaterThan(2);
    expect(new Set(codes.slice(2))).toEqual(new Set([status.UNAVAILABLE]));
    expect(ends(output.rows)).toEqual([{ code: status.UNAVAILABLE, pod: 0, stream: 0 }]);
    expect(output.rows[0]?.[6]).toBe(1); // Cut short: its response had begun.
  });

  it("are lost that a pod leaves unanswered, though it ends the stream well", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"), { chat: (call) => void call.end() });
    const output = await load(greeter.target, calls({ method: "Chat", messages: { everyMs: EVERY_MS } }));
    expect(output.streamed[0]?.[4]).toBe(status.DATA_LOSS);
    expect(ends(output.rows)).toEqual([{ code: status.OK, pod: -1, stream: 0 }]);
  });
});

describe("the messages of a server stream", () => {
  it("are due by the schedule that the pod is asked for", async () => {
    await using greeter = await greeting();
    const kind = { method: "SayHelloStream", messages: { everyMs: EVERY_MS, count: 3 } } as const;
    const output = await load(greeter.target, calls(kind));
    expect(numbers(output)).toEqual([0, 1, 2].map((message) => [0, message]));
    for (const [message, due] of dueMs(output).entries()) expect(due).toBeCloseTo(message * EVERY_MS, 2);
    expect(ends(output.rows)).toEqual([{ code: status.OK, pod: 0, stream: 0 }]);
  });

  it("are lost that were due when it broke", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"), {
      sayHelloStream: (call) => {
        call.write(answer);
        setTimeout(() => call.emit("error", { code: status.UNAVAILABLE, details: "gone" }), 3 * EVERY_MS);
      },
    });
    const output = await load(greeter.target, calls({ method: "SayHelloStream", messages: { everyMs: EVERY_MS } }));
    const codes = output.streamed.map(([, , , , code]) => code);
    expect(codes[0]).toBe(status.OK);
    expect(codes.length).toBeGreaterThanOrEqual(3);
    expect(new Set(codes.slice(1))).toEqual(new Set([status.UNAVAILABLE]));
  });
});

it("finds out that a client stream was not greeted whole", async () => {
  await using greeter = await startTestGreeter(answerAs("pod-a"), {
    sayHelloToMany: (call, callback) => {
      call.resume();
      call.once("end", () => callback(null, { message: "Hello from pod-a, lab!", servedBy }));
    },
  });
  const counted = (count: number): CallKind => ({ method: "SayHelloToMany", messages: { everyMs: EVERY_MS, count } });
  expect(ends((await load(greeter.target, calls(counted(1)))).rows)[0]?.code).toBe(status.OK);
  const output = await load(greeter.target, calls(counted(2)));
  expect(ends(output.rows)).toEqual([{ code: status.DATA_LOSS, pod: 0, stream: 0 }]);
});

describe("a stream without an end of its own", () => {
  const endless = (method: "SayHelloStream" | "SayHelloToMany" | "Chat"): CallKind => ({
    method,
    messages: { everyMs: EVERY_MS },
  });
  const ALL = [endless("SayHelloStream"), endless("SayHelloToMany"), endless("Chat")];

  it("tells of its pod as long as it lives, and ends well when the load is told to stop", async () => {
    await using greeter = await greeting();
    // Of which no record has come yet: they are open.
    const output = await stoppedOnce('"rows":[],"streamed":[[', greeter.target, calls(...ALL));
    const ended = ends(output.rows).toSorted((a, b) => a.stream - b.stream);
    expect(ended).toEqual([0, 1, 2].map((stream) => ({ code: status.OK, pod: 0, stream })));
    expect(output.streamed.every(([, , , , code]) => code === status.OK)).toBe(true);
    expect(new Set(output.streamed.map(([stream]) => stream))).toEqual(new Set([0, 2]));
    expect(output.messages.at(-1)).toEqual({ type: "done" });
  });

  it("ends well when the load's time is over", async () => {
    await using greeter = await greeting();
    const output = await load(greeter.target, { ...calls(...ALL), durationMs: 100 });
    expect(ends(output.rows).map(({ code }) => code)).toEqual([status.OK, status.OK, status.OK]);
  });

  it("has no deadline unless it is given one", async () => {
    await using greeter = await greeting();
    const counted = { method: "Chat", messages: { everyMs: EVERY_MS, count: 10 } } as const;
    const env = { BACKEND_DEADLINE_MS: String(3 * EVERY_MS) };
    expect(ends((await load(greeter.target, calls(counted), env)).rows)[0]?.code).toBe(status.OK);
    const output = await load(greeter.target, calls({ ...endless("Chat"), deadlineMs: 3 * EVERY_MS }));
    expect(ends(output.rows)[0]?.code).toBe(status.DEADLINE_EXCEEDED);
  });

  it("is given up when its pod does not end it within a call's deadline", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"), {
      chat: (call) => {
        call.on("data", () => call.write(answer));
      },
    });
    const spec = calls(endless("Chat"));
    const output = await stoppedOnce('"streamed":[[', greeter.target, spec, { BACKEND_DEADLINE_MS: "50" });
    expect(ends(output.rows)).toEqual([{ code: status.DEADLINE_EXCEEDED, pod: 0, stream: 0 }]);
    const first = output.messages.flatMap((message) => (message.type === "calls" ? message.messages : []));
    expect(first).toEqual([[status.DEADLINE_EXCEEDED, "the stream had not ended 50 ms after the load's end"]]);
  });

  it("is not cancelled before its first answer, which tells who answers", async () => {
    const asked = Promise.withResolvers<void>();
    await using greeter = await startTestGreeter(answerAs("pod-a"), {
      sayHelloStream: (call) => {
        void asked.promise.then(() => call.write(answer));
      },
      chat: (call) => {
        call.on("data", () => call.write(answer));
        call.once("end", () => {
          asked.resolve(); // The load has been told to stop.
          call.end();
        });
      },
    });
    const output = await stoppedOnce(
      '"streamed":[[',
      greeter.target,
      calls(endless("SayHelloStream"), endless("Chat")),
    );
    expect(ends(output.rows).map(({ code, pod }) => ({ code, pod }))).toEqual([
      { code: status.OK, pod: 0 },
      { code: status.OK, pod: 0 },
    ]);
  });
});

describe("a stream of one message", () => {
  it("is a call like a unary one, by all methods", async () => {
    await using greeter = await greeting();
    const spec = calls({}, { method: "SayHelloStream" }, { method: "SayHelloToMany" }, { method: "Chat" });
    const output = await load(greeter.target, spec);
    expect(ends(output.rows)).toEqual(Array(4).fill({ code: status.OK, pod: 0, stream: -1 }));
    expect(output.rows.map((row) => row[8]).toSorted()).toEqual([0, 1, 2, 3]);
    expect(output.streamed).toEqual([]);
  });

  it("that fails when its answer has come has failed once", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"), {
      sayHelloStream: (call) => {
        call.write(answer);
        call.emit("error", { code: status.UNAVAILABLE, details: "gone" });
      },
    });
    const output = await load(greeter.target, calls({ method: "SayHelloStream" }));
    expect(ends(output.rows)).toEqual([{ code: status.UNAVAILABLE, pod: -1, stream: -1 }]);
  });
});
