import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { modeNamed } from "@grpc-lb-lab/modes";
import { InputError } from "@grpc-lb-lab/stage-api";
import { engineAddress } from "@grpc-lb-lab/workarounds/engine-address";
import { describe, expect, it, vi } from "vitest";
import { ContainersStage } from "./containers-stage.ts";
import { connectEngine } from "./engine.ts";
import { never, remains, sessionsWith, startMode, TAG } from "./testing/under-test.ts";

const LAB = fileURLToPath(new URL("./testing/lab-with-containers.ts", import.meta.url));

describe.concurrent("nothing is left in the engine", () => {
  it("of a lab that is killed while it makes containers, whatever engine the docker command would choose by itself", async () => {
    const env = { ...process.env, DOCKER_HOST: engineAddress(await connectEngine()), DOCKER_CONTEXT: "elsewhere" };
    const lab = spawn(process.execPath, [LAB], { detached: true, stdio: ["ignore", "pipe", "inherit"], env });
    const died = once(lab, "exit").then(([code]) => Promise.reject(new Error(`the lab ended with ${code}`)));
    const said = once(createInterface({ input: lab.stdout }), "line") as Promise<[name: string]>;
    const [name] = await Promise.race([said, died]);
    died.catch(() => {});
    await vi.waitFor(async () => expect((await remains(name)).length).toBeGreaterThan(4), { timeout: 60_000 });
    lab.kill("SIGKILL");
    await vi.waitFor(async () => expect(await remains(name)).toEqual([]), { timeout: 60_000, interval: 500 });
  });

  it("of a deployment that is aborted while it starts", async () => {
    const tag = `aborted-${process.pid}`;
    await using _tagged = await tagged(tag);
    const aborting = new AbortController();
    const starting = new ContainersStage({ tag }).start(modeNamed("headless"), { pods: 4, signal: aborting.signal });
    const refused = expect(starting).rejects.toThrow("enough");
    const [name = ""] = await vi.waitUntil(
      async () => {
        const sessions = await sessionsWith(`grpc-lb-lab/backend:${tag}`);
        return sessions.length > 0 && sessions;
      },
      { timeout: 60_000 },
    );
    aborting.abort(new Error("enough"));
    await refused;
    expect(name).toMatch(/^lab-headless-/);
    expect(await remains(name)).toEqual([]);
  });

  it("of a deployment that is disposed while it changes, with a load under way", async () => {
    const deployment = await startMode("watch", { pods: 2 });
    const load = await deployment.runLoad({ rate: 20 });
    const changing = deployment.restart().catch((error: Error) => error);
    await deployment.waitFor(({ kind, pod }) => kind === "pod-added" && pod === "backend-3", never);
    await deployment[Symbol.asyncDispose]();
    await expect(load.done).rejects.toThrow("lab load ended with");
    expect(await changing).toBeInstanceOf(Error);
    expect(await remains(deployment.sessionName)).toEqual([]);
  });

  it("of a deployment without its images, which says what to do", async () => {
    const failure = await new ContainersStage({ tag: "no-such-tag" })
      .start(modeNamed("plain"), { pods: 1, signal: never })
      .catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toMatch(
      /image grpc-lb-lab\/\w+:no-such-tag is not in the engine at \w+:\S+: run make images/,
    );
  });
});

/** The images once more by another tag, until disposed. */
async function tagged(tag: string): Promise<AsyncDisposable> {
  const docker = await connectEngine();
  const names = ["backend", "lab", "envoy"].map((image) => `grpc-lb-lab/${image}`);
  await Promise.all(names.map((name) => docker.getImage(`${name}:${TAG}`).tag({ repo: name, tag })));
  const untag = () => Promise.all(names.map((name) => docker.getImage(`${name}:${tag}`).remove()));
  return { [Symbol.asyncDispose]: async () => void (await untag()) };
}
