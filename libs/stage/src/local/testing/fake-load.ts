/** `lab load` as far as the stage knows it. The specification's `name` says how it behaves: `good`, `dies`, `talks`, `silent`. */
import { createInterface } from "node:readline";

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
let behaviour: string | undefined;

createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line) as { name?: string; type?: string; id?: number };
  if (behaviour === undefined) behaviour = message.name ?? "good";
  else if (message.type === "clock") answerClock(message.id);
  else if (message.type === "stop") finish();
});

let answeredClock = false;

function answerClock(id: number | undefined): void {
  say({ type: "clock", id, atMs: nowMs() });
  if (!answeredClock) begin();
  answeredClock = true;
}

function begin(): void {
  if (behaviour === "silent") return;
  if (behaviour === "dies") {
    process.stderr.write("the channel is broken\n");
    process.exitCode = 7;
    process.stdin.destroy();
    return;
  }
  if (behaviour === "talks") process.stdout.write("hello, I am no message\n");
  say({ type: "began", atMs: nowMs(), warmUpCalls: 2, warmedUp: true });
  const pod = { pod: "backend-1", zone: "lab-a", version: process.env.BACKEND_TARGET ?? "" };
  say({ type: "calls", rows: [[0, 1, 0, 0, 1, 0, 0, 0, 0, -1]], streamed: [], pods: [pod], messages: [] });
}

function finish(): void {
  say({ type: "done" });
  process.stdin.destroy();
}
