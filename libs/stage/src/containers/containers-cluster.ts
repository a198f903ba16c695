import type {
  AddressListener,
  ControlPlanePart,
  HeadlessDns,
  ProxyBetween,
  ProxyProgram,
  StageTimings,
  StandInCluster,
} from "@grpc-lb-lab/stage-api";
import { InputError } from "@grpc-lb-lab/stage-api";
import { AddressNews } from "../deployment/address-news.ts";
import { AskedCluster } from "../deployment/asked-cluster.ts";
import type { PodIdentity } from "../deployment/workload.ts";
import { type ContainersContext, GRPC_PORT } from "./containers-context.ts";
import { CONTAINERS_TIMING_NAMES, type ContainersTimingName, ENGINE_DNS_TIMINGS } from "./containers-timings.ts";
import type { LabContainer } from "./lab-container.ts";
import { API_SERVER_URL, SIMULATED_API_SERVER, startApiServer } from "./parts/api-server.ts";
import { clientBootstrap, SIMULATED_ISTIO_AND_XDS_SERVERS } from "./parts/client-bootstrap.ts";
import { ENGINE_DNS, HEADLESS_NAME, SIMULATED_DNS } from "./parts/headless-dns.ts";
import { MeshContainer } from "./parts/mesh-container.ts";
import { proxyBetween } from "./parts/proxy-between.ts";
import { SERVICE_ADDRESS, SIMULATED_KUBE_PROXY, startService } from "./parts/service.ts";
import { SIMULATED_ISTIO_AND_IPTABLES, Sidecars } from "./parts/sidecars.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** Cuts a part off from those that it tells of the pods; disposing the result heals that. */
type Cut = () => Promise<AsyncDisposable>;

/** The parts of a cluster as containers; those that are started end with the session. */
export class ContainersCluster extends AskedCluster<ContainersContext> implements StandInCluster {
  readonly grpcPort = GRPC_PORT;
  readonly #timingNames = new Set<ContainersTimingName>();
  readonly #cuts: Cut[] = [];
  #asksDns = false;
  #mesh: Promise<MeshContainer> | undefined;
  #sidecars: Sidecars | undefined;

  /** Timings that can be set and matter because of the parts that were started. */
  get timingNames(): readonly ContainersTimingName[] {
    return CONTAINERS_TIMING_NAMES.filter((name) => this.#timingNames.has(name));
  }

  /** Timings of those parts that are what they are. */
  get fixedTimings(): StageTimings {
    return this.#asksDns ? ENGINE_DNS_TIMINGS : {};
  }

  /** Names by which the engine's DNS is to know a pod; undefined: nobody asks it. */
  aliasesOf({ version }: Pick<PodIdentity, "version">): readonly string[] | undefined {
    if (!this.#asksDns) return undefined;
    return this.hasCanary ? [HEADLESS_NAME, `backend-${version}-headless`] : [HEADLESS_NAME];
  }

  async service(): Promise<string> {
    const kubeProxy = await startService(this.context);
    // The forwarder is the nodes' rules, too, and those stay.
    this.#tells(() => kubeProxy.keepUninformed());
    this.simulated.push(SIMULATED_KUBE_PROXY);
    return SERVICE_ADDRESS;
  }

  async headlessDns(): Promise<HeadlessDns> {
    this.#asksDns = true;
    this.simulated.push(SIMULATED_DNS);
    return ENGINE_DNS;
  }

  async apiServer(): Promise<Readonly<Record<string, string>>> {
    const api = await startApiServer(this.context);
    this.#tells(() => api.cutOff());
    this.simulated.push(SIMULATED_API_SERVER);
    return { KUBERNETES_API_SERVER: API_SERVER_URL, KUBERNETES_NAMESPACE: this.namespace };
  }

  async endpoints(standIn: string, onChange: AddressListener): Promise<void> {
    const news = await AddressNews.start(this.context, onChange);
    this.#tells(async () => {
      news.hold(true);
      return { [Symbol.asyncDispose]: async () => news.hold(false) };
    });
    this.simulated.push(standIn);
  }

  async controlPlane(): Promise<ControlPlanePart> {
    await this.#startedMesh({ podsHaveProxies: false });
    this.simulated.push(...SIMULATED_ISTIO_AND_XDS_SERVERS);
    return { clientBootstrap: clientBootstrap(this.context) };
  }

  async sidecars(): Promise<string> {
    this.#sidecars = new Sidecars(this.context, await this.#startedMesh({ podsHaveProxies: true }));
    this.simulated.push(...SIMULATED_ISTIO_AND_IPTABLES);
    return SERVICE_ADDRESS;
  }

  async proxyBetween(program: ProxyProgram): Promise<ProxyBetween> {
    if (program.refreshesDns) this.#timingNames.add("dnsRefreshMs");
    return proxyBetween(this.context, program);
  }

  /**
   * Starts the proxy of a pod, which has the pod's place in the network; resolves when the application can share that. It ends after it.
   * Undefined: the pod has none.
   */
  async startPodProxy(pod: PodIdentity, ip: string): Promise<WatchedContainer | undefined> {
    return this.#sidecars?.besidePod(pod, ip);
  }

  /** Starts what waits for the first pods. */
  async podsReady(): Promise<void> {
    await this.#sidecars?.besideClient();
  }

  /** Whose place in the network clients share; undefined: each has its own. */
  clientPlace(): LabContainer | undefined {
    return this.#sidecars?.clientPlace;
  }

  /**
   * Cuts what tells clients and proxies of the pods; disposing the result heals that.
   * @throws {InputError} where nothing does but the engine's DNS.
   */
  cutControlPlane(): Promise<AsyncDisposable> {
    if (this.#cuts.length > 0) return cutAll(this.#cuts);
    const { mode } = this.context;
    throw new InputError(`mode ${mode} has no control plane to cut: it learns of pods from DNS only`);
  }

  /** Takes note of a part that tells of the pods what the registry publishes. */
  #tells(cut: Cut): void {
    this.#timingNames.add("endpointLagMs");
    this.#cuts.push(cut);
  }

  /** There is one control plane, however many parts need it. */
  #startedMesh({ podsHaveProxies }: { readonly podsHaveProxies: boolean }): Promise<MeshContainer> {
    this.#mesh ??= MeshContainer.start(this.context, this.refusalLog, podsHaveProxies).then((mesh) => {
      this.#tells(() => mesh.cutOff());
      return mesh;
    });
    return this.#mesh;
  }
}

async function cutAll(cuts: readonly Cut[]): Promise<AsyncDisposable> {
  await using healing = new AsyncDisposableStack();
  for (const cut of cuts) healing.use(await cut());
  return healing.move();
}
