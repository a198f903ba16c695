import { spawn } from "node:child_process";
import { InputError } from "@grpc-lb-lab/input-error";

/** A port of this machine that leads to a port in the cluster, until it is disposed of. */
export interface Forward extends Disposable {
  /** `host:port` */
  readonly uri: string;
}

/** As `kubectl port-forward` to a free port. @throws {InputError} when it ends before it forwards. */
export async function portForward(context: string, namespace: string, target: string, port: number): Promise<Forward> {
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
  child.once("close", () => reject(new InputError(`kubectl ${args.slice(2).join(" ")}: ${told.trim()}`)));
  return { uri: await promise, [Symbol.dispose]: () => void child.kill() };
}
