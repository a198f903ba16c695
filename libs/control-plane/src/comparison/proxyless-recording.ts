import { readFileSync } from "node:fs";
import type { JsonObject } from "../json.ts";
import { type AddressNames, stableResources } from "./stable-resources.ts";
import { type ResourceNames, type Resources, takeResources } from "./take-resources.ts";

/** The namespace of deploy/kustomize/overlays/proxyless. */
export const NAMESPACE = "lab-proxyless";

/** The programs of the overlay that a control plane is asked for, by their Deployments. */
export const PROGRAMS = ["client", "backend", "echo-v1"] as const;
/** The Deployment whose pods ask. */
export type Program = (typeof PROGRAMS)[number];

const DOMAIN = `${NAMESPACE}.svc.cluster.local`;
const BACKEND_CLUSTERS = ["", "v1"].map((subset) => `outbound|50051|${subset}|backend.${DOMAIN}`);
const ECHO_CLUSTERS = ["", "v1", "v2"].map((subset) => `outbound|7070|${subset}|echo.${DOMAIN}`);

/**
 * What they ask for. The client: its own target, which is the frontend's too, the walk-through's two for echo, and all that these lead or can lead to.
 * Not among it are the endpoints of all of echo: they are two pods in one zone or in two, as the scheduler has it. The servers: their listener.
 */
export const ASKED_NAMES: Readonly<Record<Program, ResourceNames>> = {
  client: {
    LDS: [`backend.${DOMAIN}:50051`, `echo.${DOMAIN}:7070`, "echo:7070"],
    RDS: [`outbound|50051||backend.${DOMAIN}`, `outbound|7070||echo.${DOMAIN}`],
    CDS: [...BACKEND_CLUSTERS, ...ECHO_CLUSTERS],
    EDS: [...BACKEND_CLUSTERS, ...ECHO_CLUSTERS.slice(1)],
  },
  backend: { LDS: ["xds.istio.io/grpc/lds/inbound/0.0.0.0:50051"] },
  "echo-v1": { LDS: ["xds.istio.io/grpc/lds/inbound/0.0.0.0:17070"] },
};

/** What the programs of the overlay are sent. */
export type ProxylessResources = Readonly<Record<Program, Resources>>;

/** What a real istiod sent them, `recorded/proxyless.json`; `make record-istiod` writes it. */
export interface ProxylessRecording extends ProxylessResources {
  /** The versions of the cluster that it was recorded from. */
  readonly recordedFrom: { readonly istio: string; readonly kubernetes: string };
}

/** Which control plane is asked, and who the programs are to it. */
export interface ProxylessDeployment {
  /** `host:port` */
  readonly uri: string;
  /** `node` of each one's bootstrap. */
  readonly nodes: Readonly<Record<Program, JsonObject>>;
  readonly addressNames: AddressNames;
}

/** Where the recording is. */
export const RECORDING = new URL("recorded/proxyless.json", import.meta.url);

/** The recording, as it was written last. */
export function readRecording(): ProxylessRecording {
  return JSON.parse(readFileSync(RECORDING, "utf8"));
}

/**
 * Asks a control plane for all that the overlay's programs ask for; what differs between deployments is taken out.
 * @throws InputError when it does not answer.
 */
export async function askAsProxyless({ uri, nodes, addressNames }: ProxylessDeployment): Promise<ProxylessResources> {
  const ask = async (program: Program) =>
    stableResources(await takeResources({ uri, node: nodes[program], names: ASKED_NAMES[program] }), addressNames);
  const [client, backend, echo] = await Promise.all([ask("client"), ask("backend"), ask("echo-v1")]);
  return { client, backend, "echo-v1": echo };
}
