import { type MeshEndpoint, type MeshService, proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import { Program } from "../processes/program.ts";
import type { ControlPlaneHandlers } from "../programs/control-plane.ts";
import type { XdsClientHandlers } from "../programs/xds-client.ts";

/** The one service that the bench's control plane serves. */
const SERVICE = { name: "backend", namespace: "bench", port: 50_051, clusterIp: "127.0.0.1" } as const;

export interface MeshOptions extends Pick<MeshService, "endpoints"> {
  readonly signal: AbortSignal;
}

/** A control plane and a grpc-js-xds client of it, each in a process of its own. */
export class BenchMesh implements AsyncDisposable {
  readonly client: Program<XdsClientHandlers>;
  readonly #controlPlane: Program<ControlPlaneHandlers>;

  private constructor(controlPlane: Program<ControlPlaneHandlers>, client: Program<XdsClientHandlers>) {
    this.#controlPlane = controlPlane;
    this.client = client;
  }

  /** Starts both; the client asks for nothing yet. */
  static async start({ endpoints, signal }: MeshOptions): Promise<BenchMesh> {
    await using stack = new AsyncDisposableStack();
    const controlPlane = stack.use(new Program<ControlPlaneHandlers>("control-plane", { signal }));
    const uri = await controlPlane.ask("serve", { ...SERVICE, endpoints });
    const client = new Program<XdsClientHandlers>("xds-client", { env: clientEnv(uri), signal });
    stack.move();
    return new BenchMesh(controlPlane, client);
  }

  /** Replaces the endpoints; resolves when the client has accepted them. */
  change(endpoints: readonly MeshEndpoint[]) {
    const { name, namespace } = SERVICE;
    return this.#controlPlane.ask("change", { name, namespace, endpoints });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#controlPlane[Symbol.asyncDispose]();
  }
}

function clientEnv(controlPlaneUri: string): Record<string, string> {
  const { name, namespace, port } = SERVICE;
  const bootstrap = proxylessBootstrap({ controlPlaneUri, nodeIp: "127.0.0.1", pod: "client", namespace });
  return {
    BACKEND_TARGET: `xds:///${name}.${namespace}.svc.cluster.local:${port}`,
    GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap),
    // The first call waits until the client has read all endpoints, which takes a busy machine more than the default.
    BACKEND_DEADLINE_MS: "60000",
  };
}
