import { createServer } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";

/** The ports of a deployment, the same for all its pods. */
export interface LocalPorts {
  /** Every pod's gRPC port, and the Service's. */
  readonly grpcPort: number;
  /** Every pod's admin port. */
  readonly adminPort: number;
  readonly dnsPort: number;
  readonly kubeApiPort: number;
  readonly xdsPort: number;
  /** Every proxy's admin port, if it has one. */
  readonly proxyAdminPort: number;
  /** The frontend's ports: the page, and gRPC. */
  readonly frontendPort: number;
  readonly frontendGrpcPort: number;
}

/** What they are unless another program has them. */
export const USUAL_PORTS: LocalPorts = {
  grpcPort: 50_051,
  adminPort: 9_090,
  dnsPort: 10_053,
  kubeApiPort: 16_443,
  xdsPort: 15_010,
  proxyAdminPort: 15_000,
  frontendPort: 3_000,
  frontendGrpcPort: 50_050,
};

/** How far above its usual port a free one is looked for. */
const TRIED_PORTS = 20;

/**
 * The usual ports, or the next free ones above: a program that listens on 50051 at every address of the machine (0.0.0.0, which is
 * what servers do by default) has it in every loopback range too. Probed at `host`, an address that the deployment has to itself.
 * @throws {InputError} when none of 20 is free.
 */
export async function chooseLocalPorts(host: string): Promise<LocalPorts> {
  const chosen = { ...USUAL_PORTS };
  for (const name of Object.keys(USUAL_PORTS) as (keyof LocalPorts)[]) {
    chosen[name] = await firstFreePort(host, USUAL_PORTS[name]);
  }
  return chosen;
}

async function firstFreePort(host: string, usual: number): Promise<number> {
  for (let port = usual; port < usual + TRIED_PORTS; port++) if (await isFree(host, port)) return port;
  throw new InputError(
    `ports ${usual} to ${usual + TRIED_PORTS - 1} are all taken on ${host}; end the programs that listen on them at every address`,
  );
}

/** Whether nobody listens on a TCP port of an address; `::` stands for every address of the machine. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
