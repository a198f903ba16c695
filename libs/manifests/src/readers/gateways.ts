import { type Manifest, namespaceOf } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";

/** https://gateway-api.sigs.k8s.io/reference/spec/#parentreference */
export interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** What is read of a GRPCRoute or HTTPRoute. */
export interface RouteSpec {
  readonly parentRefs?: readonly ParentRef[];
  readonly rules?: readonly { readonly backendRefs?: readonly ParentRef[] }[];
}

/** A Gateway of a class that is a mode of the truth table. */
export interface KnownGateway {
  readonly manifest: Manifest;
  readonly mode: string;
  /** `istio` */
  readonly className: string;
}

/** The modes of the truth table that are gateways, by the names that their classes have by default, and by their controllers. */
const MODES: Readonly<Record<string, string>> = {
  istio: "gateway",
  "istio.io/gateway-controller": "gateway",
  traefik: "traefik",
  "traefik.io/gateway-controller": "traefik",
};

/** Kinds of routes that a Gateway or a Service may have. */
export const ROUTE_KINDS: readonly string[] = ["GRPCRoute", "HTTPRoute"];

/** The Gateways of known classes that a route is for. */
export function gatewaysOf(route: Manifest, set: ManifestSet): KnownGateway[] {
  const { parentRefs = [] } = (route.spec ?? {}) as RouteSpec;
  return parentRefs
    .filter(({ kind = "Gateway" }) => kind === "Gateway")
    .flatMap(({ name, namespace = namespaceOf(route) }) =>
      set
        .named<{ readonly gatewayClassName?: string }>("Gateway", name, namespace)
        // Istio's own kind of that name has no class.
        .flatMap((manifest) => known(manifest, manifest.spec.gatewayClassName ?? "", set)),
    );
}

function known(manifest: Manifest, className: string, set: ManifestSet): KnownGateway[] {
  const classes = set.ofKind<{ readonly controllerName?: string }>("GatewayClass");
  const controller = classes.find(({ metadata }) => metadata.name === className)?.spec.controllerName;
  const mode = MODES[controller ?? className];
  return mode === undefined ? [] : [{ manifest, mode, className }];
}
