import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { APP_CONTAINER, hasCondition, type KubeClient, selectedPods } from "@grpc-lb-lab/cluster";
import type { Mode } from "@grpc-lb-lab/stage-api";
import { endWithSocket } from "@grpc-lb-lab/workarounds/end-with-socket";

/**
 * The version of a mode's deployed proxy, by its program's name, as the program in its pod tells it; nothing where the mode has none, it does not run, or
 * the lab may not ask: a version is no reason to try nothing.
 */
export async function proxyVersion(
  client: KubeClient,
  mode: Mode,
  namespace: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const proxy = await mode.launchers.kubernetes?.proxy?.();
  if (proxy === undefined) return {};
  const { name, tellsVersion } = proxy.program;
  if (tellsVersion === undefined) return {};
  const pod = await readyPod(client, namespace, proxy.deployment, signal).catch(() => undefined);
  if (pod === undefined) return {};
  const printed = await printedIn(client, namespace, pod, [name, ...tellsVersion.args]).catch(() => "");
  signal.throwIfAborted();
  const version = tellsVersion.pattern.exec(printed)?.[1];
  return version === undefined ? {} : { [name]: version };
}

async function readyPod(
  client: KubeClient,
  namespace: string,
  app: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const pods = await selectedPods(client, namespace, `app=${app}`, signal);
  return pods.find((pod) => hasCondition(pod, "Ready"))?.metadata.name;
}

/** What a command prints, on stdout and stderr. */
async function printedIn(
  client: KubeClient,
  namespace: string,
  pod: string,
  command: readonly string[],
): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exec = new client.clientNode.Exec(client.config);
  const socket = await exec.exec(namespace, pod, APP_CONTAINER, [...command], stdout, stderr, null, false);
  endWithSocket(socket, [stdout, stderr]);
  return (await Promise.all([text(stdout), text(stderr)])).join("");
}
