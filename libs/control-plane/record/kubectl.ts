import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { RecordingError } from "../src/comparison/recording-error.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 20_000;

/** A port of this machine that leads to a port in the cluster, until it is disposed of. */
export interface Forward extends Disposable {
  /** `host:port` */
  readonly uri: string;
}

/** Runs kubectl with a context of the kubeconfig file, and resolves with what it wrote. @throws RecordingError */
export async function kubectl(context: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("kubectl", ["--context", context, ...args], {
      maxBuffer: 2 ** 26,
      timeout: TIMEOUT_MS,
    });
    return stdout;
  } catch (error) {
    const { code, stderr, killed } = error as { code?: unknown; stderr?: string; killed?: boolean };
    const reason = killed ? `no answer within ${TIMEOUT_MS} ms` : stderr?.trim();
    const missing = "it is not installed: https://kubernetes.io/docs/tasks/tools";
    throw new RecordingError(`kubectl ${args.join(" ")}, context ${context}: ${code === "ENOENT" ? missing : reason}`);
  }
}

/** As `kubectl port-forward` to a free port. @throws RecordingError when it ends before it forwards. */
export async function forward(context: string, namespace: string, target: string, port: number): Promise<Forward> {
  const args = ["--context", context, "-n", namespace, "port-forward", target, `:${port}`, "--address", "127.0.0.1"];
  const child = spawn("kubectl", args, { stdio: ["ignore", "pipe", "pipe"] });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const [, uri] = /Forwarding from (\S+) ->/.exec(text) ?? [];
    if (uri !== undefined) resolve(uri);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  child.once("error", reject);
  child.once("close", () => reject(new RecordingError(`kubectl ${args.slice(2).join(" ")}: ${told.trim()}`)));
  return { uri: await promise, [Symbol.dispose]: () => void child.kill() };
}
