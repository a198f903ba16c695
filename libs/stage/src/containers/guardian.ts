import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const GUARDIAN = fileURLToPath(new URL("./guardian.sh", import.meta.url));

/**
 * Starts a process that removes what has a label from an engine should the lab itself be killed. `engine` is its address as DOCKER_HOST has
 * it: left to itself the `docker` command goes by its own context, which may be another engine. It is in a session of its own, so that Ctrl-C reaches
 * the lab alone, which ends its containers in order. Disposing the result ends it, and it removes nothing.
 */
export function startGuardian(label: string, engine: string): AsyncDisposable {
  const { DOCKER_CONTEXT: _, ...others } = process.env; // It would go before DOCKER_HOST.
  const env = { ...others, DOCKER_HOST: engine };
  const guardian = spawn("/bin/sh", [GUARDIAN, label], { detached: true, stdio: ["pipe", "ignore", "ignore"], env });
  guardian.unref();
  guardian.stdin.on("error", () => {}); // Without its guardian a lab still ends its containers in order.
  const ended = new Promise<void>((resolve) => {
    guardian.once("exit", () => resolve());
    guardian.once("error", () => resolve());
  });
  const dispose = async () => {
    guardian.ref();
    guardian.kill("SIGKILL");
    await ended;
  };
  return { [Symbol.asyncDispose]: dispose };
}
