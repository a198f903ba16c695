import { basename, dirname } from "node:path/posix";
import { createInterface } from "node:readline";
import { type Duplex, PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Docker, unlessGone } from "./engine.ts";
import { replacingArchive, tarArchive } from "./tar-archive.ts";

/** How a container of the lab is made. All have a read-only root file system and no capability. */
export interface LabContainerOptions {
  /** `backend-1`; with the deployment's name before it, the container's. Its hostname, too. */
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  /** The program on the image's `PATH` that takes the command; default: the image's own entrypoint. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its place in the deployment's network, or the container whose place it shares as containers of a pod do. */
  readonly place: ContainerPlace | { readonly sharedWith: LabContainer };
  /** Ports that the lab reaches at 127.0.0.1, wherever the engine runs. */
  readonly publishedPorts?: readonly number[];
  /** Lines for its hosts file: `name:address`. */
  readonly extraHosts?: readonly string[];
  /** A folder with files that it may write to besides, at least two levels deep; default: it may write nowhere. */
  readonly folder?: { readonly path: string; readonly files: Readonly<Record<string, string>> };
  /** Whether its stdin can be written to. */
  readonly stdin?: boolean;
}

/** A container's place in the network. */
export interface ContainerPlace {
  /** Default: the engine gives it one. */
  readonly ip?: string;
  /** Names by which the engine's DNS knows it. */
  readonly aliases?: readonly string[];
}

interface Surroundings {
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Handle = ReturnType<Docker["getContainer"]>;

/** A container of a deployment. */
export class LabContainer {
  readonly #docker: Docker;
  readonly #handle: Handle;
  readonly #network: string;
  readonly #folder: string | undefined;
  #place: ContainerPlace;
  #hostPorts: ReadonlyMap<number, number> = new Map();

  private constructor(docker: Docker, handle: Handle, network: string, options: LabContainerOptions) {
    this.#docker = docker;
    this.#handle = handle;
    this.#network = network;
    this.#folder = options.folder?.path;
    this.#place = "sharedWith" in options.place ? {} : options.place;
  }

  /** Makes one; it does not run yet. */
  static async create(docker: Docker, surroundings: Surroundings, options: LabContainerOptions): Promise<LabContainer> {
    const { network, labels } = surroundings;
    const { name, image, program, command, env = {}, publishedPorts = [], folder, stdin = false } = options;
    const placement = placementOf(options, network);
    const handle = await docker.createContainer({
      name: `${network}-${name}`,
      Image: image,
      Labels: labels,
      Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
      ...(program === undefined ? {} : { Entrypoint: [program] }),
      ...(command === undefined ? {} : { Cmd: [...command] }),
      // A volume: into a root file system that is only to be read the engine puts nothing, either.
      ...(folder === undefined ? {} : { Volumes: { [dirname(folder.path)]: {} } }),
      ...(stdin ? { OpenStdin: true, StdinOnce: true } : {}),
      ...placement.container,
      ExposedPorts: Object.fromEntries(publishedPorts.map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        ...placement.host,
        PortBindings: Object.fromEntries(
          publishedPorts.map((port) => [`${port}/tcp`, [{ HostIp: "127.0.0.1", HostPort: "" }]]),
        ),
      },
    });
    // The volume itself stays root's, whatever an archive says of it: everybody may write to a folder in it.
    if (folder !== undefined) await handle.putArchive(...archiveOf(folder));
    return new LabContainer(docker, handle, network, options);
  }

  /** The engine's own name for it. */
  get id(): string {
    return this.#handle.id;
  }

  /** Starts it, also once more after its end; resolves when it runs. */
  async start(): Promise<void> {
    await this.#handle.start();
    await this.#lookUpPorts();
  }

  /** Puts files into its folder in the place of those that are there, each as a whole. */
  async replaceFiles(files: Readonly<Record<string, string>>): Promise<void> {
    if (this.#folder === undefined) throw new Error("the container has no folder");
    await unlessGone(this.#handle.putArchive(replacingArchive(files), { path: this.#folder }));
  }

  /** Resolves with the exit code when it ends or has ended; a container that is removed has ended. */
  async exited(): Promise<number> {
    const end = await this.#handle.wait().catch(() => undefined);
    return (end as { StatusCode?: number } | undefined)?.StatusCode ?? REMOVED;
  }

  /** Where the lab reaches a published port: `127.0.0.1:49153`. It may change with every start. */
  hostAddress(port: number): string {
    return `127.0.0.1:${this.#hostPorts.get(port) ?? 0}`;
  }

  /** SIGTERM, and SIGKILL after `graceMs` in whole seconds; resolves when it has ended. */
  stop(graceMs: number): Promise<void> {
    return unlessGone(this.#handle.stop({ t: Math.ceil(graceMs / 1000) }));
  }

  /** Sends its first process a signal. */
  kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    return unlessGone(this.#handle.kill({ signal }));
  }

  /** Freezes or thaws its processes. */
  setPaused(paused: boolean): Promise<void> {
    return unlessGone(paused ? this.#handle.pause() : this.#handle.unpause());
  }

  /** Takes it out of the network: its interface is gone, so no packet reaches or leaves it and its peers are told nothing. */
  disconnect(): Promise<void> {
    return this.#docker.getNetwork(this.#network).disconnect({ Container: this.#handle.id, Force: true });
  }

  /** Puts it back to its place, address and names as before. */
  async reconnect(): Promise<void> {
    const EndpointConfig = endpoint(this.#place);
    await this.#docker.getNetwork(this.#network).connect({ Container: this.#handle.id, EndpointConfig });
    await this.#lookUpPorts();
  }

  /** Changes the names by which the engine's DNS knows it. Its interface is away for some 200 ms; connections live through that. */
  async rename(aliases: readonly string[]): Promise<void> {
    this.#place = { ...this.#place, aliases };
    await this.disconnect();
    await this.reconnect();
  }

  /** Removes it, running or not, with its anonymous volumes. */
  remove(): Promise<void> {
    return unlessGone(this.#handle.remove({ force: true, v: true }));
  }

  /** The last lines of its output, as one. */
  async lastWords(): Promise<string> {
    const output = await this.#handle.logs({ stdout: true, stderr: true, tail: REMEMBERED_LOG_LINES });
    const { stdout, stderr } = this.#demuxed(Readable.from([output]));
    const said = await Promise.all([text(stdout), text(stderr)]);
    return said.join("").trim().split("\n").join(" | ") || "it wrote nothing";
  }

  /** Calls `take` with each line of its stdout, until it ends. */
  async followLines(take: (line: string) => void): Promise<void> {
    const output = await this.#handle.logs({ stdout: true, stderr: false, follow: true });
    createInterface({ input: this.#demuxed(output as Readable).stdout }).on("line", take);
  }

  /** Its stdin and outputs; to be called before its start, that nothing is missed. */
  async attach(): Promise<{ readonly stdin: Duplex; readonly stdout: Readable; readonly stderr: Readable }> {
    const stdin = await this.#handle.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    return { stdin: stdin as Duplex, ...this.#demuxed(stdin as Duplex) };
  }

  async #lookUpPorts(): Promise<void> {
    const { NetworkSettings } = await this.#handle.inspect();
    const ports = Object.entries(NetworkSettings.Ports ?? {});
    this.#hostPorts = new Map(
      ports.map(([port, bindings]) => [Number.parseInt(port, 10), Number(bindings?.[0]?.HostPort ?? 0)]),
    );
  }

  /** The engine sends both outputs in one stream. */
  #demuxed(output: Readable): { stdout: Readable; stderr: Readable } {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    this.#docker.modem.demuxStream(output, stdout, stderr);
    const end = () => {
      stdout.end();
      stderr.end();
    };
    output.once("end", end).once("close", end).once("error", end);
    return { stdout, stderr };
  }
}

function archiveOf({ path, files }: NonNullable<LabContainerOptions["folder"]>) {
  return [tarArchive(basename(path), files), { path: dirname(path) }] as const;
}

/** Exit code of a container of which none is known. */
const REMOVED = -1;
const REMEMBERED_LOG_LINES = 5;

function placementOf({ name, place, extraHosts = [] }: LabContainerOptions, network: string) {
  if ("sharedWith" in place) {
    return { container: {}, host: { NetworkMode: `container:${place.sharedWith.id}` } };
  }
  return {
    container: { Hostname: name, NetworkingConfig: { EndpointsConfig: { [network]: endpoint(place) } } },
    host: { NetworkMode: network, ExtraHosts: [...extraHosts] },
  };
}

function endpoint({ ip, aliases = [] }: ContainerPlace) {
  return { Aliases: [...aliases], ...(ip === undefined ? {} : { IPAMConfig: { IPv4Address: ip } }) };
}
