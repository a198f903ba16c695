import { adminBlock, ENVOY, socketAddress } from "@grpc-lb-lab/envoy";
import type { Launcher, ProxyPlace, ProxyProgram } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { madeUpMode } from "../../testing/made-up-mode.ts";
import { SESSION_LABEL } from "../container-session.ts";
import { ContainersStage } from "../containers-stage.ts";
import { connectEngine } from "../engine.ts";
import { never, remains, TAG } from "../testing/under-test.ts";

const FILE = "settings.json";

/** A mode with a program that no library knows: Envoy, told by a file, that echoes what it is sent. */
function start(config: (place: ProxyPlace) => object, startDeadlineMs = 30_000) {
  const program: ProxyProgram = {
    ...ENVOY,
    name: "echo-proxy",
    image: ENVOY.name,
    readiness: { by: "listener" },
    refreshesDns: false,
    run: (place) => ({
      args: ["--config-path", `${place.folder}/${FILE}`, "--disable-hot-restart", "--concurrency", "1"],
      files: { [FILE]: JSON.stringify(config(place)) },
    }),
  };
  const launcher: Launcher = async (cluster) => {
    const proxy = await cluster.proxyBetween(program);
    return { target: proxy.address, clientEnv: {}, podsReady: proxy.start };
  };
  const mode = { ...madeUpMode({ containers: async () => launcher }), programs: [ENVOY.name] };
  return new ContainersStage({ tag: TAG }).start(mode, { pods: 1, timings: { startDeadlineMs }, signal: never });
}

const withoutListener = ({ admin }: ProxyPlace) => ({ admin: adminBlock(admin.host, admin.port) });
const echoing = (place: ProxyPlace) => {
  const typedConfig = { "@type": "type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo" };
  const filterChains = [{ filters: [{ name: "echo", typedConfig }] }];
  const address = socketAddress(place.listener.host, place.listener.port);
  return { ...withoutListener(place), staticResources: { listeners: [{ name: "echo", address, filterChains }] } };
};

/** The volumes of a deployment's containers. */
async function volumesOf(sessionName: string): Promise<string[]> {
  const docker = await connectEngine();
  const containers = await docker.listContainers({ filters: { label: [`${SESSION_LABEL}=${sessionName}`] } });
  return containers.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? []));
}

describe.concurrent("a program of a mode's own in a container", () => {
  it("has its files, is ready when it answers, and leaves nothing", async () => {
    const deployment = await start(echoing);
    const [volume = "", ...others] = await volumesOf(deployment.sessionName);
    expect(others).toEqual([]);
    expect([deployment.target, deployment.problems]).toEqual(["echo-proxy:50051", []]);
    await deployment[Symbol.asyncDispose]();
    expect(await remains(deployment.sessionName)).toEqual([]);
    await expect((await connectEngine()).getVolume(volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is not ready because the engine publishes its port", async () => {
    await expect(start(withoutListener, 5_000)).rejects.toThrow("container echo-proxy was not ready within 5000 ms");
  });

  it("that refuses its files tells its last words", async () => {
    const refused = start(() => ({ nonsense: true }));
    await expect(refused).rejects.toThrow(/^container echo-proxy did not start \(1\): .*nonsense/);
  });
});
