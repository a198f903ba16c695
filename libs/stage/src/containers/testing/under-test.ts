import type { CallRecord } from "@grpc-lb-lab/measure";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { StartOptions } from "@grpc-lb-lab/stage-api";
import { SESSION_LABEL } from "../container-session.ts";
import { ContainersStage } from "../containers-stage.ts";
import { connectEngine } from "../engine.ts";

/** The tag of the images that are tested. */
export const TAG = process.env.TAG || "dev";
export const never = new AbortController().signal;

/** Starts a mode on the containers stage; default: three pods. */
export function startMode(mode: string, options: Partial<StartOptions> = {}) {
  return new ContainersStage({ tag: TAG }).start(modeNamed(mode), { pods: 3, signal: never, ...options });
}

/** What the engine has of a deployment: names of containers and networks. */
export async function remains(sessionName: string): Promise<string[]> {
  const docker = await connectEngine();
  const filters = { label: [`${SESSION_LABEL}=${sessionName}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  return [...containers.flatMap(({ Names }) => Names), ...networks.map(({ Name }) => Name)];
}

/** Names of the deployments whose containers run an image. */
export async function sessionsWith(image: string): Promise<string[]> {
  const docker = await connectEngine();
  const containers = await docker.listContainers({ all: true, filters: { label: [SESSION_LABEL] } });
  const running = containers.filter(({ Image }) => Image === image); // The engine's own filter takes other tags of the image, too.
  return [...new Set(running.flatMap(({ Labels }) => Labels[SESSION_LABEL] ?? []))];
}

/** Pods that answered calls which were to start from `sinceMs` on. */
export function answering(records: readonly CallRecord[], sinceMs = 0): ReadonlySet<string | undefined> {
  const good = records.filter(({ code, startMs }) => code === 0 && startMs >= sinceMs);
  return new Set(good.map(({ pod }) => pod));
}
