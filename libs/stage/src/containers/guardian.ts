import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const GUARDIAN = fileURLToPath(new URL("./guardian.sh", import.meta.url));

/**
 * Starts a process that removes what has a label should the lab itself be killed. It is in a session of its own, so that Ctrl-C reaches
 * the lab alone, which ends its containers in order. Disposing the result ends it, and it removes nothing.
 */
export function startGuardian(label: string): AsyncDisposable {
  const guardian = spawn("/bin/sh", [GUARDIAN, label], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
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
