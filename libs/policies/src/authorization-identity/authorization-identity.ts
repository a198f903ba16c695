import { oneKindDenied } from "../denied.ts";
import { denied, istio } from "../dialects/istio.ts";
import { ALL_ANSWERED_WITHOUT, allAnswered } from "../ended-with.ts";
import { pathOf } from "../greeter-paths.ts";
import type { Policy } from "../policy.ts";

const CALLS = 100;
/** The kinds of calls, by their indices. */
const [DENIED, ALLOWED] = [0, 1] as const;

/** Namespaces and service accounts are parts of the same identity. */
const IDENTITIES = [
  "principals",
  "notPrincipals",
  "namespaces",
  "notNamespaces",
  "serviceAccounts",
  "notServiceAccounts",
];

/** `authorization-identity`: each method is for one service account, so that the client may call one and not the other. */
export const authorizationIdentity: Policy<{ account: string; other: string }> = {
  name: "authorization-identity",
  title: "service accounts that are allowed",
  // The client of every mode, and somebody else.
  parameters: { account: "client", other: "frontend" },
  source: "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
  asks: ({ account, other }) =>
    `SayHello is for the service account ${account} alone, and SayHelloStream for ${other}: others get PERMISSION_DENIED`,
  // Who calls, only a mesh knows.
  dialects: ({ account, other }) => ({
    Istio: istio(denied(onlyFor(account, "SayHello"), onlyFor(other, "SayHelloStream"))),
  }),
  fields: IDENTITIES.map((field) => ({
    dialect: "Istio",
    kind: "AuthorizationPolicy",
    path: `spec.rules[].from[].source.${field}`,
  })),
  trial: () => ({
    pods: 2,
    meshEncryption: true,
    load: { rate: 100, calls: CALLS, kinds: [{ method: "SayHelloStream" }, {}] },
    roughSeconds: CALLS / 100,
  }),
  control: ALL_ANSWERED_WITHOUT,
  obeyed: (seen) => oneKindDenied(seen, DENIED, ALLOWED),
  ignored: (seen) => [allAnswered(seen)],
  // It changes no pick.
  onPath: (path) => path,
};

/** An identity is `<trust domain>/ns/<namespace>/sa/<account>`; whatever the first two are. */
function onlyFor(account: string, method: "SayHello" | "SayHelloStream") {
  return {
    from: [{ source: { notPrincipals: [`*/sa/${account}`] } }],
    to: [{ operation: { paths: [pathOf(method)] } }],
  };
}
