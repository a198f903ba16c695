import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../testing/free-port.ts";
import { LabProcess, lab, running } from "../testing/lab-process.ts";

/** What `/stage` tells, as far as it matters. */
interface StageState {
  readonly pods: readonly { readonly name: string; readonly fault: object }[];
}

it("says how to try a mode, shows who answers, and ends with Ctrl-C", async () => {
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

it("gives a greet command that works as it is printed", async () => {
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

it("lets the page's origin, and nobody else, start, stop and break pods", async () => {
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
  const state = async () => (await (await fetch(`${url}/stage`)).json()) as StageState;
  const pods = async () => (await state()).pods.map(({ name }) => name);
  const faults = async () => (await state()).pods.map(({ fault }) => fault);
  /** As the printed curl command does. */
  const setFault = async (pod: string, fault: object) => {
    const address = new RegExp(`${pod} .* admin http://(\\S+)/metrics`).exec(up.stdout)?.[1];
    const answer = await fetch(`http://${address}/faults`, { method: "PUT", body: JSON.stringify(fault) });
    expect(answer.status).toBe(200);
  };
  expect(await pods()).toEqual(["backend-1", "backend-2"]);
  expect((await ask("/scale", { pods: 3 }))[0]).toBe(200);
  expect(await pods()).toEqual(["backend-1", "backend-2", "backend-3"]);
  expect((await ask("/fault", { pod: "backend-3", fault: { latencyMs: 5 } }))[1]).toContain('"latencyMs":5');
  await setFault("backend-2", { errorShare: 0.5 });
  expect(await faults()).toMatchObject([{ latencyMs: 0 }, { errorShare: 0.5 }, { latencyMs: 5 }]);
  expect((await ask("/crash", { pod: "backend-3" }))[0]).toBe(200);
  await expect.poll(faults, { timeout: 60_000 }).toMatchObject([{}, { errorShare: 0.5 }, { latencyMs: 0 }]);
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

it("serves the pages of two modes at one port of one's choice", async () => {
  const port = await freePort();
  const up = new LabProcess(["up", "plain,headless", "--pods", "2", "--listen", String(port)]);
  onTestFinished(() => up.kill("SIGKILL"));
  await up.says("Ctrl-C ends it.");
  const url = `http://127.0.0.1:${port}`;
  const pages = [...up.stdout.matchAll(/^ {2}page +(\S+)$/gm)].map(([, page]) => page);
  expect(pages).toEqual([`${url}/plain`, `${url}/headless`]);
  const config = async (path: string) => (await fetch(`${url}${path}/page-config`)).json();
  expect(await config("")).toEqual({ mode: "plain", compareWith: ["/headless"], controls: true });
  expect(await config("/headless")).toEqual({ mode: "headless", compareWith: ["/plain"], controls: true });
  const scaled = await fetch(`${url}/headless/stage/scale`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: '{"pods":1}',
  });
  expect([scaled.status, await scaled.json()]).toEqual([200, expect.objectContaining({ mode: "headless" })]);
  const both = await fetch(`${url}/plain/traffic`, {
    method: "PUT",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
    body: '{"rate":3,"kind":"unary","everywhere":true}',
  });
  expect(both.status).toBe(200);
  expect(await (await fetch(`${url}/headless/traffic`)).json()).toMatchObject({ rate: 3 });
  const taken = await lab(["up", "plain", "--listen", String(port)]);
  expect(taken).toMatchObject({
    status: 2,
    stdout: "",
    stderr: `lab: --listen 127.0.0.1:${port}: the port is taken: choose another, or end the program that listens there\n`,
  });
});

it("takes a knob that one of the modes reads", async () => {
  const up = new LabProcess(["up", "plain,headless", "--pods", "2", "--dns-interval", "5s"]);
  onTestFinished(() => up.kill("SIGKILL"));
  await up.says("Ctrl-C ends it.");
  const refused = await lab(["up", "plain,watch", "--dns-interval", "5s"]);
  expect(refused).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--dns-interval has no effect under plain"),
  });
});

it("shows that all pods of one rotation answer, though the page calls at the same rate", async () => {
  const up = new LabProcess(["up", "envoy"]);
  onTestFinished(() => up.kill("SIGKILL"));
  await up.says("Ctrl-C ends it.");
  // A view each 5 s: the one before the last is whole, and has 200 calls. Of random picks it would show fewer than 10 % of a pod once in 10^5.
  await expect.poll(() => up.stdout.split("last 10 s:").length, { timeout: 60_000 }).toBeGreaterThan(5);
  const view = up.stdout.split("last 10 s:").at(-2) ?? "";
  const shares = [...view.matchAll(/backend-\d .*?([\d.]+) %/g)].map(([, share]) => Number(share));
  expect(shares).toHaveLength(4);
  expect(Math.min(...shares)).toBeGreaterThan(10);
});
