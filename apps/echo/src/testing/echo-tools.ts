import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const folders = [process.env.LAB_ECHO_TOOLS ?? "", ...(process.env.PATH ?? "").split(delimiter)];

/** The path of a program in the folder LAB_ECHO_TOOLS or on the PATH; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const paths = folders.filter((folder) => folder !== "").map((folder) => join(folder, name));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a program to its end; never rejects because of its exit code. */
export async function runTool(path: string, args: readonly string[]) {
  const run = promisify(execFile)(path, args, { timeout: 60_000, maxBuffer: 64 * 2 ** 20 });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string },
  );
}

/** Istio's echo server on free loopback ports: the address of its gRPC port and of its HTTP port. */
export async function startIstioServer(path: string) {
  const args = ["--grpc=0", "--port=0", "--tcp=0", "--bind-localhost=0", "--version=v1"];
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH } });
  const exited = once(child, "close");
  const ready = Promise.withResolvers<void>();
  const seen = new Map<string, string>();
  const read = (line: string) => {
    const [, kind = "", address = ""] =
      /ready for (GRPC|HTTP) endpoint (?:http:\/\/)?(127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (kind !== "") seen.set(kind, address);
    if (line.includes("Echo server is now ready")) ready.resolve();
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
  const ended = () => ready.reject(new Error("Istio's echo server ended"));
  exited.then(ended, ended);
  await ready.promise;
  return {
    grpcAddress: seen.get("GRPC") ?? "",
    httpAddress: seen.get("HTTP") ?? "",
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited.catch(() => {});
    },
  };
}
