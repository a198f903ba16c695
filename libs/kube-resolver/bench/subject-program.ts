import { experimental } from "@grpc/grpc-js";
import { register } from "../src/register.ts";
import { callOnce, newClient } from "../src/testing/call.ts";
import { namespace, type Question, type Task, type Usage } from "./subject.ts";

const mib = 1024 * 1024;
const schemes = { "kube-resolver": "kubernetes", informer: "informer" } as const;

let reports = 0;

/** The process of one subject: does its task until its parent goes, and tells what it has used when asked. */
process.on("message", async (message: Task | Question) => {
  if (message === "usage") process.send?.(usage());
  else if (message === "collect") process.send?.(collected());
  else await perform(message);
});
process.once("disconnect", () => process.exit());

async function perform({ subject, server, services, calls }: Task): Promise<void> {
  if (subject === "grpc-js alone") return;
  if (subject === "kube-resolver") register({ server, namespace });
  else (await import("./informer-resolver.ts")).registerInformer(server, namespace);
  const scheme = schemes[subject];
  for (const service of services) {
    if (calls) void callOnAndOn(`${scheme}:///${service}:grpc`);
    else follow({ scheme, path: `${service}:grpc` });
  }
}

function follow(target: experimental.GrpcUri): void {
  const listener: experimental.ResolverListener = () => {
    reports += 1;
    return true;
  };
  experimental.createResolver(target, listener, {}).updateResolution();
}

async function callOnAndOn(target: string): Promise<never> {
  const client = newClient(target);
  while (true) await callOnce(client);
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, reports };
}

/** Collecting takes CPU time that is not the subject's: asked for last. */
function collected(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / mib;
}
