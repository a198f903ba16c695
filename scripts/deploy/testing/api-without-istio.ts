import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A Kubernetes API that is ready and has no object but, where asked for, an istiod. */
export interface ApiWithoutIstio extends AsyncDisposable {
  readonly url: string;
  /** Requests that would have changed something. */
  readonly changes: readonly string[];
}

const ISTIOD = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
/** What kubectl asks first, to know of Deployments. */
const DISCOVERY: Readonly<Record<string, unknown>> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/apis": {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [{ name: "apps", versions: [{ groupVersion: "apps/v1", version: "v1" }] }],
  },
  "/api/v1": { kind: "APIResourceList", groupVersion: "v1", resources: [] },
  "/apis/apps/v1": {
    kind: "APIResourceList",
    groupVersion: "apps/v1",
    resources: [
      { name: "deployments", singularName: "deployment", namespaced: true, kind: "Deployment", verbs: ["get"] },
    ],
  },
};

/** Starts it on a free port; `readyReplicas` are istiod's, which is not there when undefined. */
export async function startApiWithoutIstio(readyReplicas: number | undefined): Promise<ApiWithoutIstio> {
  const istiod = {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: { name: "istiod", namespace: "istio-system" },
    status: { readyReplicas },
  };
  const objects: Readonly<Record<string, unknown>> = {
    ...DISCOVERY,
    "/readyz": "ok",
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
