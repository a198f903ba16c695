import type { ProxyBetween, ProxyPlace, ProxyProgram } from "@grpc-lb-lab/stage-api";
import { askAdmin } from "../../deployment/ask-admin.ts";
import { type ContainersContext, GRPC_PORT, PROXY_ADMIN_PORT } from "../containers-context.ts";
import { startWatchedContainer, type Watch, type WatchedContainer } from "../watched-container.ts";

/** In a container of its own. */
const EVERYWHERE = "0.0.0.0";
const PLACE: ProxyPlace = {
  listener: { host: EVERYWHERE, port: GRPC_PORT },
  admin: { host: EVERYWHERE, port: PROXY_ADMIN_PORT },
  folder: "/proxy/run",
};

/** A program of a mode's in a container between client and pods, which the network's DNS knows by the program's name. */
export function proxyBetween(context: ContainersContext, program: ProxyProgram): ProxyBetween {
  const filesOfBefore: Record<string, string> = {};
  let started: Promise<WatchedContainer> | undefined;
  return {
    address: `${program.name}:${GRPC_PORT}`,
    write: async (files) => {
      if (started === undefined) Object.assign(filesOfBefore, files);
      else await (await started).container.replaceFiles(files);
    },
    start: async () => {
      started = startContainer(context, program, filesOfBefore);
      await (await started).ready;
    },
    ask: async (path) => {
      const { container } = await (started ?? Promise.reject(new Error(`${program.name} is not started`)));
      return askAdmin(program.name, container.hostAddress(PROXY_ADMIN_PORT), path, context.signal);
    },
  };
}

function startContainer(
  context: ContainersContext,
  program: ProxyProgram,
  filesOfBefore: Readonly<Record<string, string>>,
): Promise<WatchedContainer> {
  const { name, image } = program;
  const { args, files = {} } = program.run(PLACE);
  const watch = watchOf(program);
  const container = {
    name,
    image: context.images.ofProgram(image),
    // The entrypoint of many a pulled image is a script that wants the program named.
    program: image,
    command: args,
    place: { ip: context.session.addresses.proxy, aliases: [name] },
    folder: { path: PLACE.folder, files: { ...files, ...filesOfBefore } },
    publishedPorts: [...new Set([watch.port, PROXY_ADMIN_PORT])],
  };
  return startWatchedContainer(context, container, watch);
}

function watchOf({ readiness }: ProxyProgram): Watch {
  return readiness.by === "admin" ? { port: PROXY_ADMIN_PORT, path: readiness.path } : { port: GRPC_PORT };
}
