import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../testing/free-port.ts";
import { program } from "../program.ts";
import { PODS_FILE, traefikBetween } from "../traefik-between.ts";

const HOST = "127.0.0.1";

/** Ways to change what the Traefik of a test is told. */
export interface TestTraefikOptions {
  /** Its configuration of pods. */
  readonly pods: string;
  /** Makes other arguments of those that the mode has. */
  readonly change?: (args: readonly string[]) => readonly string[];
}

/** Starts the Traefik of this machine as the mode does, on loopback; `ask` gets a path of its admin entry point. */
export async function startTestTraefik({ pods, change = (args) => args }: TestTraefikOptions) {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), "traefik-test-")));
  const write = async (text: string) => {
    await writeFile(join(folder.path, "new"), text);
    await rename(join(folder.path, "new"), join(folder.path, PODS_FILE));
  };
  await write(pods);
  const [listener, admin] = [
    { host: HOST, port: await freePort() },
    { host: HOST, port: await freePort() },
  ];
  const { path } = await program.find({ env: process.env });
  const { args } = traefikBetween.run({ listener, admin, folder: folder.path });
  const child = spawn(path, [...change(args)], { stdio: ["ignore", "ignore", "inherit"] });
  resources.defer(() => end(child));
  const get = (asked: string) => fetch(`http://${HOST}:${admin.port}${asked}`);
  while (!(await isOk(get(traefikBetween.readiness.path)))) {
    if (child.exitCode !== null) throw new Error(`Traefik ended with ${child.exitCode}`);
  }
  const owned = resources.move();
  return {
    address: `${HOST}:${listener.port}`,
    ask: async (asked: string) => (await get(asked)).text(),
    write,
    /** SIGTERM; resolves with its end. */
    terminate: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function isOk(asking: Promise<Response>): Promise<boolean> {
  const response = await asking.catch(() => undefined);
  await response?.text();
  return response?.ok === true;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
