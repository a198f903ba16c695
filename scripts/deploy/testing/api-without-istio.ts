import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MINIMUM_KUBERNETES } from "@grpc-lb-lab/cluster";

/** A Kubernetes API that is ready and has no object but, where asked for, an istiod. */
export interface ApiWithoutIstio extends AsyncDisposable {
  readonly url: string;
  /** Requests that would have changed something. */
  readonly changes: readonly string[];
}

const ISTIOD = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
/** Starts it on a free port; `readyReplicas` are istiod's, which is not there when undefined. */
export async function startApiWithoutIstio(readyReplicas: number | undefined): Promise<ApiWithoutIstio> {
  const istiod = {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: { name: "istiod", namespace: "istio-system" },
    status: { readyReplicas },
  };
  const objects: Readonly<Record<string, unknown>> = {
    "/readyz": "ok",
    "/version": { gitVersion: `v${MINIMUM_KUBERNETES}.0` },
    ...(readyReplicas === undefined ? {} : { [ISTIOD]: istiod }),
  };
  const changes: string[] = [];
  const server = createServer(({ method, url = "" }, response) => {
    if (method !== "GET") changes.push(`${method} ${url}`);
    const { pathname } = new URL(url, "http://localhost");
    const notFound = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 };
    response.writeHead(pathname in objects ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(objects[pathname] ?? notFound));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    changes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}
