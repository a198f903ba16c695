import { expect, it, onTestFinished } from "vitest";
import { LabProcess, lab, running } from "../testing/lab-process.ts";

it("says how to try a mode, shows who answers, and ends with Ctrl-C", { timeout: 60_000 }, async () => {
  const up = new LabProcess(["up", "plain", "--pods", "2"]);
  await up.says("Ctrl-C ends it.");
  await up.says("last 10 s:");
  const children = up.descendants();
  up.kill("SIGINT");
  const { status, stdout } = await up.ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/npx lab greet '127\.\d+\.\d+\.5:50051'/);
  expect(stdout).toMatch(/grpcurl -plaintext .* 127\.\d+\.\d+\.11:50051 greeter\.v1\.GreeterService\/SayHello/);
  await expect.poll(() => running(children)).toEqual([]);
});

it("gives a greet command that works as it is printed", { timeout: 60_000 }, async () => {
  const up = new LabProcess(["up", "headless", "--pods", "3"]);
  await up.says("Ctrl-C ends it.");
  const printed = /npx lab greet '([^']+)' --policy (\S+)/.exec(up.stdout);
  const greeted = await lab([
    "greet",
    printed?.[1] ?? "",
    "--policy",
    printed?.[2] ?? "",
    "--count",
    "30",
    "--interval",
    "1ms",
  ]);
  up.kill("SIGINT");
  await up.ended;
  expect(greeted.status).toBe(0);
  expect(greeted.stdout.match(/backend-\d {2}#/g)).toHaveLength(3);
});

it("lets the page's origin, and nobody else, start, stop and break pods", { timeout: 60_000 }, async () => {
  const up = new LabProcess(["up", "watch", "--pods", "2"]);
  onTestFinished(() => up.kill("SIGKILL"));
  await up.says("Ctrl-C ends it.");
  const url = /page +(\S+)/.exec(up.stdout)?.[1];
  const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${url}/stage${path}`, init);
    return [answer.status, JSON.stringify(await answer.json())];
  };
  const pods = async () => {
    const { pods: all } = (await (await fetch(`${url}/stage`)).json()) as { pods: { name: string }[] };
    return all.map(({ name }) => name);
  };
  expect(await pods()).toEqual(["backend-1", "backend-2"]);
  expect((await ask("/scale", { pods: 3 }))[0]).toBe(200);
  expect(await pods()).toEqual(["backend-1", "backend-2", "backend-3"]);
  expect((await ask("/fault", { pod: "backend-3", fault: { latencyMs: 5 } }))[1]).toContain('"latencyMs":5');
  expect((await ask("/crash", { pod: "backend-3" }))[0]).toBe(200);
  expect(await ask("/scale", { pods: 99 })).toEqual([400, expect.stringContaining("pods: ")]);
  expect(await ask("/crash", { pod: "backend-9" })).toEqual([
    400,
    expect.stringContaining("there is no pod backend-9"),
  ]);
  expect(await ask("/fault", { pod: "backend-1", fault: { errorShare: 2 } })).toEqual([
    400,
    expect.stringContaining("errorShare"),
  ]);
  expect((await ask("/scale", { pods: 1 }, { "sec-fetch-site": "cross-site" }))[0]).toBe(403);
  expect((await fetch(`${url}/stage/scale`, { method: "POST", body: '{"pods":1}' })).status).toBe(415);
  expect((await pods()).length).toBe(3);
});
