import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import {
  APP_CONTAINER,
  CLIENT,
  diagnose,
  hasCondition,
  inWords,
  isHopeless,
  type KubeClient,
  type KubePod,
  selectedPods,
} from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";
import { endWithSocket } from "@grpc-lb-lab/workarounds/end-with-socket";
import type { LoadProgram } from "../load/load-program.ts";

const READY_DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 500;
/** A status of `exec`, as far as it matters. Source: k8s.io/apimachinery/pkg/apis/meta/v1, Status; reason "NonZeroExitCode". */
interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/**
 * The ready pod of the Deployment `client`.
 * @throws {InputError} saying what is wrong when there is none.
 */
export async function readyClientPod(client: KubeClient, namespace: string, signal: AbortSignal): Promise<KubePod> {
  const late = AbortSignal.timeout(READY_DEADLINE_MS);
  while (true) {
    const pods = await selectedPods(client, namespace, `app=${CLIENT}`, signal);
    const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const ready = alive.find((pod) => hasCondition(pod, "Ready"));
    if (ready !== undefined) return ready;
    if (late.aborted || alive.some(isHopeless)) {
      const why = alive.length === 0 ? "no such pod exists" : inWords(await diagnose(client, namespace));
      throw new InputError(`the client pod in namespace ${namespace} did not become ready: ${why}`);
    }
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * Runs a command in the client pod's application container, with the environment of that container, as `kubectl exec` does; its stdin ends
 * with the connection.
 * @throws {InputError} when the API server refuses.
 */
export async function executeInPod(
  client: KubeClient,
  namespace: string,
  pod: string,
  command: readonly string[],
): Promise<LoadProgram> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let lastWords = "";
  const lines = createInterface({ input: stderr }).on("line", (line) => {
    lastWords = line;
  });
  const read = new Promise((resolve) => lines.once("close", resolve));
  const exec = new client.clientNode.Exec(client.config);
  let status: ExecStatus | undefined;
  const socket = await exec
    .exec(namespace, pod, APP_CONTAINER, [...command], stdout, stderr, stdin, false, (told) => {
      status = told;
    })
    .catch((error: Error) => {
      throw new InputError(
        `context ${client.context} cannot exec in pod ${pod} of namespace ${namespace} (${error.message}); check that you may create pods/exec`,
        { cause: error },
      );
    });
  endWithSocket(socket, [stdout, stderr]);
  const ended = read.then(() => reasonOf(status, lastWords));
  return { stdin, stdout, ended, kill: () => socket.terminate() };
}

/** Why a program ended; undefined: well. */
function reasonOf(status: ExecStatus | undefined, lastWords: string): string | undefined {
  if (status?.status === "Success") return undefined;
  if (status === undefined) return "the connection to the client pod has ended";
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return `lab load ended with ${code ?? status.message ?? "an error"}${lastWords && `: ${lastWords}`}`;
}
