import {
  type Address,
  type FoundProgram,
  InputError,
  type ProxyBetween,
  type ProxyProgram,
} from "@grpc-lb-lab/stage-api";
import { askAdmin } from "../../deployment/ask-admin.ts";
import { answers, answersHttp2, type Probe } from "../../deployment/probes.ts";
import type { LocalContext } from "../local-context.ts";
import { isFree } from "../local-ports.ts";
import { type TemporaryFolder, temporaryFolder } from "../temporary-folder.ts";
import { startWatchedProcess } from "../watched-process.ts";

/**
 * A program of a mode's as a process between client and pods.
 * @param made - told of its folder at once, and of it once it takes calls; whoever is told disposes them, the last first.
 */
export async function proxyBetween(
  context: LocalContext,
  program: ProxyProgram,
  found: FoundProgram,
  made: (part: AsyncDisposable) => void,
): Promise<ProxyBetween> {
  const { proxy: host, grpcPort, proxyAdminPort } = context.addresses;
  const folder = await temporaryFolder(program.name, context.children);
  made(folder);
  return {
    address: `${host}:${grpcPort}`,
    write: folder.write,
    start: async () => made(await startProxy(context, program, found, folder)),
    ask: (path) => askAdmin(program.name, `${host}:${proxyAdminPort}`, path, context.signal),
  };
}

async function startProxy(
  context: LocalContext,
  program: ProxyProgram,
  { path, env = {} }: FoundProgram,
  folder: TemporaryFolder,
): Promise<AsyncDisposable> {
  const { proxy: host, grpcPort, proxyAdminPort } = context.addresses;
  const { name } = program;
  const [listener, admin] = [
    { host, port: grpcPort },
    { host, port: proxyAdminPort },
  ];
  const { args, files = {} } = program.run({ listener, admin, folder: folder.path });
  await folder.write(files);
  for (const address of [listener, admin]) await assertFree(name, address);
  const { startDeadlineMs } = context.timings;
  const probe = probeOf(program, listener, admin);
  const process = { what: name, command: [path, ...args] as const, env, host, probe, startDeadlineMs };
  return startWatchedProcess({ ...context, ...process });
}

/** Another program that listens there would be taken for this one. */
async function assertFree(name: string, { host, port }: Address): Promise<void> {
  if (await isFree(host, port)) return;
  throw new InputError(`${name} cannot listen on ${host}:${port}: the port is taken; end the program that uses it`);
}

function probeOf({ readiness }: ProxyProgram, listener: Address, admin: Address): Probe {
  if (readiness.by === "listener") return answersHttp2(`${listener.host}:${listener.port}`);
  return answers(`http://${admin.host}:${admin.port}${readiness.path}`);
}
