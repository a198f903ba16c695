import type { IstioRules } from "@grpc-lb-lab/stage-api";
import { all, none } from "../bounds.ts";
import { ofKind } from "../by-version.ts";
import { destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { allAnswered, endedWith } from "../ended-with.ts";
import type { Policy } from "../policy.ts";
import { receivedOfKind } from "../received.ts";
import { OK } from "../status-codes.ts";

const CALLS = 100;
const HEADER = "x-lab-plaintext";
const SUBSET = "plaintext";
/** The kinds of calls, by their indices. */
const [PLAINTEXT, MUTUAL] = [0, 1] as const;

/** `mtls-strict`: pods take calls by mutual TLS, and refuse those in plaintext. */
export const mtlsStrict: Policy = {
  name: "mtls-strict",
  title: "mutual TLS, and nothing else",
  parameters: {},
  source: "https://istio.io/latest/docs/reference/config/security/peer_authentication/",
  asks: () => "calls in plaintext fail, and no pod sees them; those by mutual TLS are answered",
  dialects: () => ({ Istio: inBothWays("STRICT") }),
  fields: [
    { dialect: "Istio", kind: "PeerAuthentication", path: "spec.mtls.mode", value: "STRICT" },
    { dialect: "Istio", kind: "PeerAuthentication", path: "spec.portLevelMtls{}.mode", value: "STRICT" },
  ],
  trial: () => ({
    pods: 2,
    meshEncryption: true,
    load: { rate: 100, calls: CALLS, kinds: [{ metadata: { [HEADER]: "yes" } }, {}] },
    roughSeconds: CALLS / 100,
  }),
  control: {
    // The namespace asks for STRICT as it is deployed, so that the control asks for its opposite. PERMISSIVE would not do: gRPC's own servers cannot take both,
    // and istiod makes STRICT of it for them.
    dialects: { Istio: inBothWays("DISABLE") },
    seen: (seen) => {
      const plaintext = ofKind(seen, PLAINTEXT);
      const about = { id: "without", what: "calls in plaintext that are answered where mutual TLS is off" };
      return [all(about, endedWith({ records: plaintext }, OK), plaintext.length)];
    },
  },
  obeyed: (seen) => {
    const answered = (kind: number) => endedWith({ records: ofKind(seen, kind) }, OK);
    const [plaintext, mutual] = [ofKind(seen, PLAINTEXT).length, ofKind(seen, MUTUAL).length];
    return [
      none({ id: "plaintext", what: "calls in plaintext that are answered" }, answered(PLAINTEXT), plaintext),
      none({ id: "unseen", what: "calls in plaintext that a pod has seen" }, receivedOfKind(seen, PLAINTEXT)),
      all({ id: "mutual", what: "calls by mutual TLS that are answered" }, answered(MUTUAL), mutual),
    ];
  },
  ignored: (seen) => [allAnswered(seen)],
  // It changes no pick.
  onPath: (path) => path,
};

/** What servers are to take; and routes by which one and the same client calls in either way. */
function inBothWays(mode: "STRICT" | "DISABLE"): IstioRules {
  return istio(
    {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "default" },
      spec: { mtls: { mode } },
    },
    virtualService(
      {
        ...NOT_RETRIED,
        match: [{ headers: { [HEADER]: { exact: "yes" } } }],
        route: [{ destination: { host: "backend", subset: SUBSET } }],
      },
      { ...NOT_RETRIED, route: [{ destination: { host: "backend" } }] },
    ),
    destinationRule({
      trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } },
      subsets: [{ name: SUBSET, labels: { app: "backend" }, trafficPolicy: { tls: { mode: "DISABLE" } } }],
    }),
  );
}
