import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client, credentials } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { vi } from "vitest";
import { PATIENT } from "./calls.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A line of the backend's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Starts the backend as a process, on free loopback ports unless `env` says otherwise. */
export async function runBackend(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, HOST: "127.0.0.1", GRPC_PORT: "0", ADMIN_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "close");
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  let stderr = "";
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const clients: Client[] = [];
  const line = (matches: (line: LogLine) => boolean) =>
    vi.waitFor(() => {
      const found = lines.find(matches);
      if (found === undefined) throw new Error(`not logged: ${stderr}${JSON.stringify(lines)}`);
      return found;
    }, PATIENT);
  const portOf = (protocol: string) => lines.find((one) => one.protocol === protocol)?.port;
  const admin = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${portOf("admin")}${path}`, init);
  return {
    lines,
    exited,
    admin,
    line,
    stderr: () => stderr,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    listening: () => line(({ protocol }) => protocol === "grpc"),
    /** Resolves when a call has reached its handler. */
    arrived: () =>
      vi.waitFor(async () => {
        const metrics = await (await admin("/metrics")).text();
        if (!/^rpc_server_active_calls [1-9]/m.test(metrics)) throw new Error("no call yet");
      }, PATIENT),
    connect() {
      const client = new Client(`127.0.0.1:${portOf("grpc")}`, credentials.createInsecure());
      clients.push(client);
      return { client, greeter: serviceClient(GreeterService, client) };
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      child.kill("SIGKILL");
      await exited;
    },
  };
}
