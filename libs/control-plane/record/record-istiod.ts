import { type Cluster, type Kubectl, portForward } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import {
  ASKED_NAMES,
  askAsProxyless,
  NAMESPACE,
  PROGRAMS,
  type Program,
  type ProxylessRecording,
  type ProxylessResources,
} from "../src/comparison/proxyless-recording.ts";
import type { AddressNames } from "../src/comparison/stable-resources.ts";
import type { JsonObject } from "../src/json.ts";
import type { XdsType } from "../src/xds-type.ts";

/** istiod's plaintext ADS, which needs no certificate and takes a node's word for who it is. */
const ISTIOD = { namespace: "istio-system", target: "svc/istiod", port: 15_010 };
/** As the API server leads there, what istiod says of itself: version, commit, state of the sources. */
const ISTIOD_VERSION = "/api/v1/namespaces/istio-system/services/istiod:15014/proxy/version";
/** Where Istio's agent writes it, in a container that has `cat` unless Istio's images are the distroless ones. */
const BOOTSTRAP = "/etc/istio/proxy/grpc-bootstrap.json";

/**
 * Records what istiod sends the programs of the proxyless overlay, each asked for in the name of a pod of its own. Nothing in the cluster
 * changes.
 * @param cluster one with `make istio` and `make deploy-proxyless` done.
 * @throws InputError when kubectl fails, or istiod lacks what is asked for.
 */
export async function recordIstiod({ kubectl }: Pick<Cluster, "kubectl">): Promise<ProxylessRecording> {
  const entries = await Promise.all(PROGRAMS.map(async (program) => [program, await nodeOf(kubectl, program)]));
  const nodes: Record<Program, JsonObject> = Object.fromEntries(entries);
  const recordedFrom = await versions(kubectl);
  using istiod = await portForward(kubectl.context, ISTIOD.namespace, ISTIOD.target, ISTIOD.port);
  const addressNames = await addressNamesOf(kubectl);
  const resources = await askAsProxyless({ uri: istiod.uri, nodes, addressNames });
  assertComplete(resources);
  return { recordedFrom, ...resources };
}

function assertComplete(resources: ProxylessResources): void {
  const missing = PROGRAMS.flatMap((program) =>
    (Object.entries(ASKED_NAMES[program]) as [XdsType, readonly string[]][]).flatMap(([type, names]) =>
      names.filter((name) => resources[program][type]?.[name] === undefined).map((name) => `${type} ${name}`),
    ),
  );
  if (missing.length > 0)
    throw new InputError(`istiod does not have ${missing.join(", ")}: deploy the overlay with make deploy-proxyless`);
}

async function versions(kubectl: Kubectl): Promise<ProxylessRecording["recordedFrom"]> {
  const istio = await kubectl.run(["get", "--raw", ISTIOD_VERSION]);
  const { serverVersion } = JSON.parse(await kubectl.run(["version", "-o", "json"]));
  return { istio: istio.trim(), kubernetes: serverVersion.gitVersion };
}

async function nodeOf(kubectl: Kubectl, program: Program): Promise<JsonObject> {
  const cat = ["exec", `deploy/${program}`, "-c", "istio-proxy", "--", "cat", BOOTSTRAP];
  return JSON.parse(await kubectl.run(["-n", NAMESPACE, ...cat])).node;
}

interface Items {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
    readonly spec: { readonly clusterIP?: string };
    readonly status: { readonly podIP?: string };
  }[];
}

async function addressNamesOf(kubectl: Kubectl): Promise<AddressNames> {
  const { items }: Items = JSON.parse(await kubectl.run(["-n", NAMESPACE, "get", "services,pods", "-o", "json"]));
  return new Map(
    items.flatMap(({ metadata: { name, labels }, spec: { clusterIP }, status: { podIP } }): [string, string][] => {
      if (clusterIP !== undefined) return [[clusterIP, `<the cluster IP of ${name}>`]];
      return podIP === undefined ? [] : [[podIP, `<a pod of ${labels?.app} ${labels?.version}>`]];
    }),
  );
}
