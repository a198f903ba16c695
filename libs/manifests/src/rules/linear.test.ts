import { expect, it } from "vitest";
import type { Manifest } from "../manifest.ts";
import { ManifestSet } from "../manifest-set.ts";
import { readManifests } from "../read-manifests.ts";
import type { Rule } from "../rule.ts";
import { recorded } from "../testing/recorded.ts";
import { object, workload } from "../testing/shop.ts";
import { rulesBy } from "./index.ts";

/** A server, what is said of it, and a client that calls the next one's, in a namespace of all. */
function shop(index: number, of: number): string[] {
  const name = `app-${index}`;
  const selector = { matchLabels: { app: name } };
  const host = `app-${(index + 1) % of}`;
  const mesh = (["grpc-agent", "sidecar", "none"] as const)[index % 3];
  const target = `${mesh === "grpc-agent" ? "xds:///" : ""}${host}:50051`;
  const route = { route: [{ destination: { host: name } }], mirror: { host: name }, corsPolicy: {} };
  const ports = [{ name: "http", port: 50_051 }];
  const backendRefs = [{ name, port: 50_051 }];
  return [
    workload({ BACKEND_TARGET: target }, { name, mesh, serves: true }),
    object("Service", { selector: { app: name }, ports, ...(index % 2 ? { clusterIP: "None" } : {}) }, { name }),
    object("VirtualService", { hosts: [name, `*.${name}.example.com`], http: [route] }, { name }),
    object(
      "DestinationRule",
      { host: name, trafficPolicy: { outlierDetection: {} }, subsets: [{ name: "a", labels: { version: "a" } }] },
      { name },
    ),
    object("AuthorizationPolicy", index % 2 ? { selector } : { selector, rules: [{}] }, { name }),
    object("PeerAuthentication", { selector, mtls: { mode: "PERMISSIVE" } }, { name }),
    object("GRPCRoute", { parentRefs: [{ name: "edge" }], rules: [{ backendRefs }] }, { name }),
    object(
      "GRPCRoute",
      { parentRefs: [{ kind: "Service", name }], rules: [{ backendRefs }] },
      { name: `${name}-gamma` },
    ),
  ];
}

/** Manifests that count how often a field of theirs is read. */
function counted(manifests: readonly Manifest[]): { readonly all: readonly Manifest[]; readonly reads: () => number } {
  let reads = 0;
  const known = new WeakMap<object, object>();
  const handler: ProxyHandler<object> = {
    get(target, field) {
      reads++;
      const value: unknown = Reflect.get(target, field);
      return typeof value === "object" && value !== null ? counting(value) : value;
    },
  };
  const counting = <Value extends object>(value: Value): Value => {
    const proxy = known.get(value) ?? new Proxy(value, handler);
    known.set(value, proxy);
    return proxy as Value;
  };
  return { all: manifests.map(counting), reads: () => reads };
}

const RECORD = recorded(
  ...["proxyless", "sidecar", "gateway"].flatMap((mode) =>
    ["mirror", "outlier-detection", "authorization-method", "mtls-strict"].map(
      (policy) => ({ mode, dialect: "Istio", policy, outcome: "ignored" }) as const,
    ),
  ),
);

function manifestsOf(shops: number): readonly Manifest[] {
  const beside = ["Namespace", "Gateway"].map((kind) =>
    kind === "Gateway"
      ? object(kind, { gatewayClassName: "istio", listeners: [] }, { name: "edge" })
      : JSON.stringify({ apiVersion: "v1", kind, metadata: { name: "shop" } }),
  );
  const texts = [...beside, ...Array.from({ length: shops }, (_, index) => shop(index, shops)).flat()];
  return readManifests(texts.join("\n---\n"), "all.yaml");
}

function readsOf(rule: Rule, manifests: readonly Manifest[]): number {
  const { all, reads } = counted(manifests);
  rule.check(new ManifestSet(all));
  return reads();
}

const FEW = manifestsOf(12);
const MANY = manifestsOf(24);

it("has something to find for the rules that ask most", () => {
  const set = new ManifestSet(FEW);
  const finding = rulesBy(RECORD).filter((rule) => rule.check(set).length > 0);
  const names = ["grpc-port-names", "headless-in-mesh", "not-obeyed", "proxyless-refuses", "subsets-exist"];
  expect(finding.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

it.each(rulesBy(RECORD).map((rule) => [rule.name, rule] as const))(
  "%s reads of twice as many objects twice as much",
  (_, rule) => {
    expect(readsOf(rule, MANY) / readsOf(rule, FEW)).toBeLessThan(2.1);
  },
);
