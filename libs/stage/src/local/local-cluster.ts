import { ENVOY } from "@grpc-lb-lab/envoy";
import type {
  AddressListener,
  ControlPlanePart,
  HeadlessDns,
  ProxyBetween,
  ProxyProgram,
  StandInCluster,
  TimingName,
} from "@grpc-lb-lab/stage-api";
import { AddressNews } from "../deployment/address-news.ts";
import { AskedCluster } from "../deployment/asked-cluster.ts";
import type { LocalContext, PodPlace } from "./local-context.ts";
import { TIMING_NAMES } from "./local-timings.ts";
import { SIMULATED_API_SERVER, startApiServer } from "./parts/api-server.ts";
import { clientBootstrap, SIMULATED_ISTIO_AND_XDS_SERVERS } from "./parts/client-bootstrap.ts";
import { headlessDns, SIMULATED_DNS, startHeadlessDns } from "./parts/headless-dns.ts";
import { Mesh } from "./parts/mesh.ts";
import { proxyBetween } from "./parts/proxy-between.ts";
import { SIMULATED_KUBE_PROXY, startService } from "./parts/service.ts";
import { SIMULATED_ISTIO_AND_IPTABLES, Sidecars } from "./parts/sidecars.ts";

/** The parts of a cluster as processes and servers on loopback addresses; those that are started end with it, the last one first. */
export class LocalCluster extends AskedCluster<LocalContext> implements StandInCluster, AsyncDisposable {
  readonly #parts = new AsyncDisposableStack();
  readonly #timingNames = new Set<TimingName>();
  #mesh: Promise<Mesh> | undefined;
  #sidecars: Sidecars | undefined;

  get grpcPort() {
    return this.context.addresses.grpcPort;
  }

  /** Timings that matter because of the parts that were started. */
  get timingNames(): readonly TimingName[] {
    return TIMING_NAMES.filter((name) => this.#timingNames.has(name));
  }

  async service(): Promise<string> {
    this.#parts.use(await startService(this.context));
    this.simulated.push(SIMULATED_KUBE_PROXY);
    return this.#serviceAddress;
  }

  async headlessDns(): Promise<HeadlessDns> {
    this.#parts.use(await startHeadlessDns(this.context));
    this.simulated.push(SIMULATED_DNS);
    this.#timingNames.add("dnsTtlMs");
    return headlessDns(this.context);
  }

  async apiServer(): Promise<Readonly<Record<string, string>>> {
    const { url } = this.#parts.use(await startApiServer(this.context));
    this.simulated.push(SIMULATED_API_SERVER);
    return { KUBERNETES_API_SERVER: url, KUBERNETES_NAMESPACE: this.namespace };
  }

  async endpoints(standIn: string, onChange: AddressListener): Promise<void> {
    this.#parts.use(await AddressNews.start(this.context, onChange));
    this.simulated.push(standIn);
  }

  async controlPlane(): Promise<ControlPlanePart> {
    await this.#startedMesh({ podsHaveProxies: false });
    this.simulated.push(...SIMULATED_ISTIO_AND_XDS_SERVERS);
    return { clientBootstrap: clientBootstrap(this.context) };
  }

  async sidecars(): Promise<string> {
    const binary = await this.context.find(ENVOY);
    const mesh = await this.#startedMesh({ podsHaveProxies: true });
    this.#sidecars = this.#parts.use(new Sidecars(this.context, binary, mesh));
    this.simulated.push(...SIMULATED_ISTIO_AND_IPTABLES);
    return this.#serviceAddress;
  }

  async proxyBetween(program: ProxyProgram): Promise<ProxyBetween> {
    const found = await this.context.find(program);
    if (program.refreshesDns) this.#timingNames.add("dnsRefreshMs");
    return proxyBetween(this.context, program, found, (part) => this.#parts.use(part));
  }

  /** Where a pod's application listens: at the pod's own address, unless a proxy has that. */
  appHost(pod: Pick<PodPlace, "ip">): string {
    return this.#sidecars?.appHost(pod) ?? pod.ip;
  }

  /** Starts what runs beside a pod's application; it is to be ended after the application has. Undefined: nothing does. */
  besidePod(pod: PodPlace): Promise<AsyncDisposable> | undefined {
    return this.#sidecars?.besidePod(pod);
  }

  /** Starts what waits for the first pods. */
  async podsReady(): Promise<void> {
    await this.#sidecars?.besideClient();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }

  get #serviceAddress(): string {
    return `${this.context.addresses.service}:${this.grpcPort}`;
  }

  /** There is one control plane, however many parts need it. */
  #startedMesh({ podsHaveProxies }: { readonly podsHaveProxies: boolean }): Promise<Mesh> {
    this.#mesh ??= Mesh.start(this.context, this.refusalLog, podsHaveProxies).then((mesh) => this.#parts.use(mesh));
    return this.#mesh;
  }
}
