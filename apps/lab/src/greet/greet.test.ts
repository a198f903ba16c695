import { describe, expect, it } from "vitest";
import { freePort } from "../testing/free-port.ts";
import { LabProcess, lab } from "../testing/lab-process.ts";
import { answerAs, startTestGreeter } from "../testing/test-greeter.ts";

const ROUNDS = ["--count", "10", "--interval", "1ms"];

describe("lab greet", () => {
  it("prints each answer, then the share of each pod", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((call, callback) =>
      answerAs(calls++ === 0 ? "pod-a" : "pod-b")(call, callback),
    );
    const { status, stdout } = await lab([
      "greet",
      greeter.target,
      "--count",
      "4",
      "--interval",
      "1ms",
      "--name",
      "you",
    ]);
    expect(stdout).toContain("#1 - Greeting: Hello from pod-a, you!\n#2 - Greeting: Hello from pod-b, you!");
    expect(stdout).toMatch(/pod-a {2}#{10} +25\.0 % {2}1\npod-b {2}#{30} +75\.0 % {2}3\n/);
    expect(status).toBe(0);
  });

  it("says what failed, and exits 1", async () => {
    const { status, stdout } = await lab(["greet", "127.0.0.1:1", "--count", "1"]);
    expect(stdout).toMatch(/#1 - UNAVAILABLE: .*ECONNREFUSED/);
    expect(stdout).toContain("no pod answered\n1 call failed");
    expect(status).toBe(1);
  });

  it("says that an HTTP proxy of the environment comes between", async () => {
    const env = { grpc_proxy: "", https_proxy: "", http_proxy: "http://127.0.0.1:1", no_grpc_proxy: "", no_proxy: "" };
    const { stdout } = await lab(["greet", "dns:///backend:50051", "--count", "1"], env);
    expect(stdout).toMatch(
      /#1 - UNAVAILABLE: .*; http_proxy=http:\/\/127\.0\.0\.1:1 applies to .*, set no_proxy=backend\n/,
    );
  });

  it("does not flood a port on which nothing listens", async () => {
    const target = `127.0.0.1:${await freePort()}`;
    const rounds = ["--count", "1", "--interval", "0", "--expect-pods", "1", "--within", "500ms"];
    const { status, stdout } = await lab(["greet", target, ...rounds]);
    // After 0, 10, 30, 70, 150 ms, then every 100 ms.
    expect(stdout.match(/^#1 - UNAVAILABLE/gm)?.length).toBeLessThanOrEqual(9);
    expect(status).toBe(1);
  });

  it("goes on until Ctrl-C when the count is 0, and still tells the share", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const process = new LabProcess(["greet", greeter.target, "--count", "0", "--interval", "1ms"]);
    await process.says("#20 - Greeting");
    process.kill("SIGINT");
    const { status, stdout } = await process.ended;
    expect(stdout).toMatch(/pod-a {2}#+ 100\.0 %/);
    expect(status).toBe(0);
  });

  it("greets on until as many pods answer as expected", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((call, callback) =>
      answerAs(calls++ < 25 ? "pod-a" : `pod-${calls % 2 ? "b" : "c"}`)(call, callback),
    );
    const { status, stdout } = await lab(["greet", greeter.target, ...ROUNDS, "--expect-pods", "2"]);
    expect(stdout.match(/^pod-.*$/gm)).toEqual([
      expect.stringMatching(/^pod-a .* 10$/),
      expect.stringMatching(/^pod-a .* 10$/),
      ...["a", "b", "c"].map((pod) => expect.stringMatching(new RegExp(`^pod-${pod} `))),
      expect.stringMatching(/^pod-b .* 5$/),
      expect.stringMatching(/^pod-c .* 5$/),
    ]);
    expect(stdout).toMatch(/\nas expected: all calls are answered, by 2 pods\n$/);
    expect(status).toBe(0);
  });

  it("exits 1 when other pods answer than expected, or fewer calls", async () => {
    let calls = 0;
    await using greeter = await startTestGreeter((call, callback) =>
      calls++ % 5 === 0 ? callback({ code: 14, details: "no" }) : answerAs("pod-a")(call, callback),
    );
    for (const pods of ["0", "1", "2"]) {
      const { status, stdout } = await lab([
        "greet",
        greeter.target,
        ...ROUNDS,
        "--expect-pods",
        pods,
        "--within",
        "1s",
      ]);
      expect(stdout).toMatch(/\nNOT as expected within 1000 ms: (all calls are answered, by|nobody answers).*\n$/);
      expect(status).toBe(1);
    }
  });

  it("expects nobody to answer", async () => {
    const { status, stdout } = await lab(["greet", "127.0.0.1:1", ...ROUNDS, "--expect-pods", "0"]);
    expect(stdout).toContain("no pod answered\n10 calls failed\nas expected: nobody answers\n");
    expect(status).toBe(0);
  });

  it.each([
    [["--count", "0", "--expect-pods", "1"], "--expect-pods needs rounds that end: give --count a number above 0"],
    [["--within", "1s"], "--within has no effect without --expect-pods; leave it out"],
  ])("refuses %j", async (flags, reason) => {
    const { status, stderr } = await lab(["greet", "127.0.0.1:1", ...flags]);
    expect(stderr).toContain(reason);
    expect(status).toBe(2);
  });
});
