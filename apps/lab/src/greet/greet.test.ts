import { describe, expect, it } from "vitest";
import { LabProcess, lab } from "../testing/lab-process.ts";
import { answerAs, startTestGreeter } from "../testing/test-greeter.ts";

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

  it("goes on until Ctrl-C when the count is 0, and still tells the share", async () => {
    await using greeter = await startTestGreeter(answerAs("pod-a"));
    const process = new LabProcess(["greet", greeter.target, "--count", "0", "--interval", "1ms"]);
    await process.says("#20 - Greeting");
    process.kill("SIGINT");
    const { status, stdout } = await process.ended;
    expect(stdout).toMatch(/pod-a {2}#+ 100\.0 %/);
    expect(status).toBe(0);
  });
});
