import { proxylessBootstrap } from "../bootstrap/proxyless-bootstrap.ts";
import type { JsonObject } from "../json.ts";
import type { MeshModel, MeshService } from "../model/mesh-model.ts";
import { NAMESPACE } from "./proxyless-recording.ts";
import type { AddressNames } from "./stable-resources.ts";

const ZONES = ["lab-a", "lab-b"];
const VERSIONS = ["v1", "v2"];

const backend: MeshService = {
  name: "backend",
  namespace: NAMESPACE,
  port: 50051,
  clusterIp: "10.96.0.1",
  endpoints: [1, 2, 3, 4].map((pod) => ({
    address: `10.244.0.${pod}`,
    port: 50051,
    region: "lab",
    zone: ZONES[pod % 2] ?? "",
    labels: { app: "backend", version: "v1" },
  })),
};

const echo: MeshService = {
  name: "echo",
  namespace: NAMESPACE,
  port: 7070,
  clusterIp: "10.96.0.2",
  endpoints: VERSIONS.map((version, index) => ({
    address: `10.244.1.${index + 1}`,
    port: 17070,
    region: "lab",
    zone: "lab-a",
    labels: { app: "echo", version },
  })),
};

/** What stands in place of the models' addresses, in the recorder's words. */
export const ADDRESS_NAMES: AddressNames = new Map(
  [backend, echo].flatMap(
    ({ name, clusterIp, endpoints }) =>
      [
        [clusterIp, `<the cluster IP of ${name}>`],
        ...endpoints.map(({ address, labels }) => [address, `<a pod of ${name} ${labels?.version}>`] as const),
      ] as const,
  ),
);

/** The Services as the local stage has them (`meshService` and `LocalEcho` of libs/stage), before any rule. */
export const STAGE_MODEL: MeshModel = { services: [backend, echo] };

/** With the rules of the overlay: the components destination-rules and mtls-strict, and the Deployments' service accounts. */
export const OVERLAY_MODEL: MeshModel = {
  services: [ruled(backend, ["v1"]), ruled(echo, VERSIONS)],
  peerAuthentications: [{ namespace: NAMESPACE, mode: "STRICT" }],
};

/** The node of a program's pod, as the local stage's bootstrap has it. */
export function nodeOf(pod: string): JsonObject {
  const labels = { "security.istio.io/tlsMode": "istio" };
  const bootstrap = proxylessBootstrap({
    controlPlaneUri: "",
    nodeIp: "10.244.2.1",
    pod,
    namespace: NAMESPACE,
    labels,
  });
  return bootstrap.node as JsonObject;
}

function ruled(service: MeshService, versions: readonly string[]): MeshService {
  const subsets = versions.map((version) => ({ name: version, labels: { version } }));
  return { ...service, subsets, tls: "ISTIO_MUTUAL", serviceAccounts: [service.name] };
}
