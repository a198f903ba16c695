import type { Expectation } from "@grpc-lb-lab/measure";
import { type About, all, atLeast, none } from "../bounds.ts";
import { backendRef, grpcRoute } from "../dialects/grpc-route.ts";
import { destination, istio, virtualService } from "../dialects/istio.ts";
import type { Evidence, Policy } from "../policy.ts";
import { callsWithHeader, receivedCalls } from "../received.ts";

const CALLS = 100;
/** Of every header the client's own value, and the rule's. */
const [CLIENT, RULE] = ["client", "rule"] as const;
const [SET, ADD, REMOVE] = ["x-lab-set", "x-lab-add", "x-lab-remove"] as const;

/** `request-headers`: one header's value is replaced, another one gets a second value, and a third is taken away. */
export const requestHeaders: Policy = {
  name: "request-headers",
  title: "changes of request headers",
  parameters: {},
  source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers",
  asks: () => `${SET} becomes "${RULE}", ${ADD} gets the value "${RULE}" as well, and ${REMOVE} is taken away`,
  // Traefik's `headers` middleware takes the place of values, and adds none to a header that has one: it cannot say all of it.
  dialects: () => ({
    Istio: istio(
      virtualService({
        headers: { request: { set: { [SET]: RULE }, add: { [ADD]: RULE }, remove: [REMOVE] } },
        route: [destination()],
      }),
    ),
    GRPCRoute: grpcRoute({
      filters: [
        {
          type: "RequestHeaderModifier",
          requestHeaderModifier: {
            set: [{ name: SET, value: RULE }],
            add: [{ name: ADD, value: RULE }],
            remove: [REMOVE],
          },
        },
      ],
      backendRefs: [backendRef()],
    }),
    Envoy: {
      dialect: "Envoy",
      route: {
        requestHeadersToAdd: [
          { header: { key: SET, value: RULE }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" },
          { header: { key: ADD, value: RULE }, appendAction: "APPEND_IF_EXISTS_OR_ADD" },
        ],
        requestHeadersToRemove: [REMOVE],
      },
    },
    nginx: {
      dialect: "nginx",
      // A header without a value is not sent on.
      location: [
        `grpc_set_header ${SET} ${RULE};`,
        `grpc_set_header ${ADD} "$http_x_lab_add, ${RULE}";`,
        `grpc_set_header ${REMOVE} "";`,
      ],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [
        `http-request set-header ${SET} ${RULE}`,
        `http-request add-header ${ADD} ${RULE}`,
        `http-request del-header ${REMOVE}`,
      ],
    },
  }),
  fields: [
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].headers.request" },
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].route[].headers.request" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].filters[].requestHeaderModifier" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].filters[].requestHeaderModifier" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].backendRefs[].filters[].requestHeaderModifier" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].backendRefs[].filters[].requestHeaderModifier" },
  ],
  trial: () => ({
    pods: 2,
    load: { rate: 100, calls: CALLS, kinds: [{ metadata: { [SET]: CLIENT, [ADD]: CLIENT, [REMOVE]: CLIENT } }] },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen) => [everyCallArrived(seen), ...wasSet(seen), ...wasAdded(seen), wasRemoved(seen)],
  ignored: (seen) => {
    const of = receivedCalls(seen);
    return [
      everyCallArrived(seen),
      all(about("kept", "client", SET), callsWithHeader(seen, SET, CLIENT), of),
      none(about("not-added", "rule", ADD), callsWithHeader(seen, ADD, RULE)),
      all(about("not-removed", "client", REMOVE), callsWithHeader(seen, REMOVE, CLIENT), of),
    ];
  },
  differs: (seen) => {
    const parts = { set: wasSet(seen), added: wasAdded(seen), removed: [wasRemoved(seen)] };
    const words = Object.entries(parts).map(([part, bounds]) => (bounds.every(({ ok }) => ok) ? part : `not ${part}`));
    return words.join(", ");
  },
  // It changes no pick.
  onPath: (path) => path,
};

/** A rule that keeps calls from the pods changes no header. */
function everyCallArrived(seen: Evidence): Expectation {
  return atLeast({ id: "arrived", what: "calls that pods have seen" }, receivedCalls(seen), seen.records.length);
}

function wasSet(seen: Evidence): Expectation[] {
  return [
    none(about("replaced", "client", SET), callsWithHeader(seen, SET, CLIENT)),
    allHave(seen, about("set", "rule", SET), callsWithHeader(seen, SET, RULE)),
  ];
}

function wasAdded(seen: Evidence): Expectation[] {
  return [
    allHave(seen, about("own", "client", ADD), callsWithHeader(seen, ADD, CLIENT)),
    allHave(seen, about("added", "rule", ADD), callsWithHeader(seen, ADD, RULE)),
  ];
}

function wasRemoved(seen: Evidence): Expectation {
  return none(about("removed", "client", REMOVE), callsWithHeader(seen, REMOVE, CLIENT));
}

/** Those of the warm-up get the rule's values as well, and are not counted among the calls that pods have seen. */
function allHave(seen: Evidence, what: About, having: number): Expectation {
  return atLeast(what, having, Math.max(1, receivedCalls(seen)));
}

function about(id: string, whose: string, header: string): About {
  return { id, what: `calls with the ${whose}'s ${header}` };
}
