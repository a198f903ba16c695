import { type AskedField, POLICIES, type Policy, type Recorded, type RecordedCell } from "@grpc-lb-lab/policies";
import type { Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { Finding, Rule } from "../rule.ts";
import { fullHost } from "../service-host.ts";
import { askedPlaces } from "./asked-places.ts";
import { hostsCalledBySidecars, hostsCalledByXds } from "./called-hosts.ts";
import { isForMesh, type VirtualServiceSpec } from "./virtual-service.ts";

/** Who obeys a manifest, or does not: a mode of the table. */
interface Reader {
  readonly mode: string;
  /** In words, for many: `clients without a proxy`. */
  readonly who: string;
}

interface ParentRef {
  readonly kind?: string;
  readonly name: string;
}

const PROXYLESS: Reader = { mode: "proxyless", who: "clients without a proxy" };
const SIDECAR: Reader = { mode: "sidecar", who: "sidecars" };
/** Gateways by their class. */
const GATEWAYS: Readonly<Record<string, Reader>> = {
  istio: { mode: "gateway", who: "gateways of the class istio" },
  traefik: { mode: "traefik", who: "gateways of the class traefik" },
};

/** What `lab truth` has seen of who reads a manifest: what they accept and do not do, or do otherwise. What they refuse is a rule of its own. */
export function notObeyed(recorded: Recorded): Rule {
  return {
    name: "not-obeyed",
    severity: "warning",
    why: "it is accepted, and nobody tells that it has no effect, or another",
    source: "https://istio.io/latest/docs/setup/install/proxyless/#limitations",
    check: (set) => set.all.flatMap((manifest) => readersOf(manifest, set).flatMap((reader) => lost(manifest, reader))),
  };

  function lost(manifest: Manifest, reader: Reader): Finding[] {
    const asked = POLICIES.flatMap((policy) => (policy.fields ?? []).map((field) => ({ policy, field })));
    return asked
      .filter(({ field }) => field.kind === manifest.kind)
      .flatMap(({ policy, field }) => {
        const cell = cellOf(reader, policy, field);
        return cell === undefined ? [] : askedPlaces(manifest, field).map((place) => finding(manifest, place, cell));
      })
      .map((found) => ({ ...found, reason: `${reader.who} ${found.reason}` }));
  }

  function cellOf({ mode }: Reader, { name }: Policy, { dialect }: AskedField): RecordedCell | undefined {
    const isMeant = (cell: RecordedCell) => cell.mode === mode && cell.policy === name && cell.dialect === dialect;
    return recorded.cells.find((cell) => isMeant(cell) && (cell.outcome === "ignored" || cell.outcome === "differs"));
  }
}

function finding(
  object: Manifest,
  field: Finding["field"] & {},
  { outcome, policy, mode, words }: RecordedCell,
): Finding {
  const effect = outcome === "ignored" ? "accept this, and do nothing of it" : `make something else of this (${words})`;
  return {
    object,
    field,
    reason: effect,
    remedy: `do not rely on it; lab policy ${policy} --mode ${mode} shows the run, docs/truth.md who obeys`,
  };
}

function readersOf(manifest: Manifest, set: ManifestSet): Reader[] {
  const hosts = hostsOf(manifest).map((host) => fullHost(host, manifest));
  const isCalled = (called: ReadonlySet<string>) => hosts.some((host) => called.has(host));
  return [
    ...(isCalled(hostsCalledByXds(set)) ? [PROXYLESS] : []),
    ...(isCalled(hostsCalledBySidecars(set)) ? [SIDECAR] : []),
    ...gatewaysOf(manifest, set),
  ];
}

/** The Services whose calls it is about, as somebody in the mesh makes them. */
function hostsOf({ kind, spec }: Manifest): readonly string[] {
  switch (kind) {
    case "VirtualService":
      return isForMesh(spec as VirtualServiceSpec) ? ((spec as VirtualServiceSpec).hosts ?? []) : [];
    case "DestinationRule":
      return [(spec as { readonly host: string }).host];
    case "GRPCRoute":
      return parentsOf(spec)
        .filter(({ kind: parent }) => parent === "Service")
        .map(({ name }) => name);
    default:
      return [];
  }
}

function gatewaysOf(manifest: Manifest, set: ManifestSet): Reader[] {
  if (manifest.kind !== "GRPCRoute") return [];
  const names = parentsOf(manifest.spec).flatMap(({ kind = "Gateway", name }) => (kind === "Gateway" ? [name] : []));
  const gateways = set.ofKind<{ readonly gatewayClassName?: string }>("Gateway");
  return gateways
    .filter(({ metadata }) => names.includes(metadata.name))
    .flatMap(({ spec: { gatewayClassName = "" } }) => GATEWAYS[gatewayClassName] ?? []);
}

function parentsOf(spec: unknown): readonly ParentRef[] {
  return (spec as { readonly parentRefs?: readonly ParentRef[] }).parentRefs ?? [];
}
