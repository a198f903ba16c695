import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import { oncePer } from "../once-per.ts";
import type { FieldPath } from "../origin.ts";
import { inScope } from "../readers/in-scope.ts";
import type { Reader } from "../readers/reader.ts";
import type { Workload } from "../workload.ts";
import { type Limit, limitsOf } from "./limit.ts";

interface AuthorizationSpec {
  readonly action?: string;
  readonly selector?: { readonly matchLabels?: Labels };
  readonly rules?: readonly { readonly when?: readonly { readonly key?: string }[] }[];
}

const LISTENERS = "https://github.com/istio/istio/blob/master/pilot/pkg/networking/grpcgen/lds.go";
const NEVER = "never see it match: what it denies passes, and what it allows is denied";

/** What istiod does not send to servers without a proxy, and what they do not find in a call. */
export const SECURITY_LIMITS: readonly Limit[] = [
  {
    mode: "proxyless",
    outcome: "ignored",
    effect: "are sent no filter for a policy that allows nothing, and allow everything",
    remedy: "deny by a rule: action DENY with rules [{}]",
    source: LISTENERS,
    places: (manifest) => (allowsNothing(manifest) ? [["spec"]] : []),
    isFine: isAllowedElsewhere,
  },
  limitsOf(
    "AuthorizationPolicy",
    ["CUSTOM", "AUDIT"].map((value) => ({ path: "spec.action", value })),
    {
      outcome: "ignored",
      effect: "are sent DENY and ALLOW alone, and do nothing of this",
      remedy: "use DENY or ALLOW, or ask the application for it",
      source: LISTENERS,
    },
  ),
  limitsOf("RequestAuthentication", ["spec.jwtRules"], {
    outcome: "ignored",
    effect: "are not sent it, and look at no token",
    remedy: "check tokens in the application",
    source: LISTENERS,
  }),
  {
    ...limitsOf(
      "AuthorizationPolicy",
      ["requestPrincipals", "notRequestPrincipals"].map((key) => `spec.rules[].from[].source.${key}`),
      {
        outcome: "differs",
        effect: NEVER,
        remedy: "tell callers apart by principals, and check tokens in the application",
        source: "https://github.com/grpc/proposal/blob/master/A41-xds-rbac.md",
      },
    ),
  },
  {
    mode: "proxyless",
    outcome: "differs",
    effect: NEVER,
    remedy: "tell callers apart by principals, and check tokens in the application",
    source: "https://github.com/grpc/proposal/blob/master/A41-xds-rbac.md",
    places: tokenConditions,
  },
  limitsOf(
    "PeerAuthentication",
    ["spec.mtls.mode", "spec.portLevelMtls{}.mode"].map((path) => ({ path, value: "PERMISSIVE" })),
    {
      outcome: "differs",
      effect:
        "take either mutual TLS alone (with the pod's label security.istio.io/tlsMode: istio) or plaintext alone, not both",
      remedy: "use STRICT or DISABLE, and say the same to clients in a DestinationRule (tls.mode)",
      source: LISTENERS,
    },
  ),
];

/** `spec: {}`: an ALLOW without rules. */
function allowsNothing({ kind, spec }: Manifest): boolean {
  const { action = "ALLOW", rules = [] } = (spec ?? {}) as AuthorizationSpec;
  return kind === "AuthorizationPolicy" && action === "ALLOW" && rules.length === 0;
}

/** Where another policy allows something, it is all that is allowed: beside it this one asks for nothing more. */
function isAllowedElsewhere(_: Manifest, { workload }: Reader, set: ManifestSet): boolean {
  return workload !== undefined && allowed(set).has(workload);
}

/** The workloads of which some policy allows something. */
const allowed = oncePer((set: ManifestSet): ReadonlySet<Workload> => {
  const policies = set.ofKind<AuthorizationSpec | undefined>("AuthorizationPolicy");
  const selected = policies.flatMap((policy) => {
    const { action = "ALLOW", rules = [], selector } = policy.spec ?? {};
    return action === "ALLOW" && rules.length > 0 ? inScope(policy, selector?.matchLabels ?? {}, set) : [];
  });
  return new Set(selected);
});

function tokenConditions({ kind, spec }: Manifest): FieldPath[] {
  if (kind !== "AuthorizationPolicy") return [];
  return ((spec as AuthorizationSpec | undefined)?.rules ?? []).flatMap(({ when = [] }, rule) =>
    when.flatMap(({ key = "" }, index) =>
      key.startsWith("request.auth.") ? [["spec", "rules", rule, "when", index, "key"]] : [],
    ),
  );
}
