import { answeredBy, type Walkthrough } from "./walkthrough.ts";

const GREETING = /Greeting: Hello from ([^,]+),/;
const recent = (client: string) => `kubectl -n endpointslices logs deploy/${client} --tail=12`;
/** Greets so often, while all servers are told to go after the first calls; ends with who answered, and how many calls failed. */
const greetWhilePodsGo = (client: string, target: string, count: number) =>
  `(sleep 3; kubectl -n endpointslices delete pod -l app=backend --wait=false) & kubectl -n endpointslices exec deploy/${client} -c app -- lab greet ${target} --policy round_robin --count ${count} --interval 250ms | tail -n 8; wait`;
const PODS = "kubectl -n endpointslices get pods -l app=backend --no-headers";

const WITHIN_MS = 90_000;
/** A connection's age (30 s, ±10 %), the pause between two resolutions (5 s), what DNS repeats (30 s); the rest for a busy machine. */
const DNS_WITHIN_MS = 180_000;
/** The pods go after 23 s of 60. */
const CALLS = 240;
/** Four calls a second, for as long as DNS repeats an answer and the client waits to ask again (35 s). */
const STALE_CALLS = 140;

/** A check that so many pods are there, all ready: none is still going. */
export function podsReady(count: number): (output: string) => string | undefined {
  return (output) => {
    const lines = output.trim().split("\n");
    const ready = lines.filter((line) => / 1\/1 +Running /.test(line));
    return ready.length === count && lines.length === count
      ? undefined
      : `${ready.length} of ${lines.length} pods are ready, not ${count} of ${count}`;
  };
}

/** A check of what `lab greet` ends with: who answered, and that at most so many calls failed. */
export function failedAtMost(most: number): (output: string) => string | undefined {
  return (output) => {
    if (!/^backend-\S+ .* \d+/m.test(output)) return "no call was answered";
    const failed = Number(/^(\d+) calls? failed$/m.exec(output)?.[1] ?? 0);
    return failed <= most ? undefined : `${failed} calls failed, more than ${most}`;
  };
}

/** Two clients of the same pods: one watches EndpointSlices and keeps answering, one asks DNS. */
export const endpointslices: Walkthrough = {
  page: "https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
  namespace: "endpointslices",
  needs: [],
  steps: [
    {
      title:
        "Deploy four servers, a client that watches EndpointSlices, and a client that asks DNS; both greet without end",
      command: "kubectl apply -k deploy/kustomize/overlays/walkthrough-endpointslices",
    },
    {
      title: "Wait until they are ready",
      command:
        "kubectl -n endpointslices rollout status deploy/backend && kubectl -n endpointslices rollout status deploy/client-watch && kubectl -n endpointslices rollout status deploy/client-dns",
    },
    {
      title: "The watching client itself balances over all four",
      command: recent("client-watch"),
      check: answeredBy(4, GREETING),
      withinMs: WITHIN_MS,
    },
    { title: "Add two servers", command: "kubectl -n endpointslices scale deploy/backend --replicas=6" },
    { title: "Wait until they are ready", command: "kubectl -n endpointslices rollout status deploy/backend" },
    {
      title: "The watching client calls them at once",
      command: recent("client-watch"),
      check: answeredBy(6, GREETING),
      withinMs: WITHIN_MS,
    },
    {
      title: "The DNS client calls them once its connections are 30 s old and the DNS cache has expired",
      command: recent("client-dns"),
      check: answeredBy(6, GREETING),
      withinMs: DNS_WITHIN_MS,
    },
    { title: "Keep only two servers", command: "kubectl -n endpointslices scale deploy/backend --replicas=2" },
    {
      title: "The watching client stops calling the other four while they still serve",
      command: recent("client-watch"),
      check: answeredBy(2, GREETING),
      withinMs: WITHIN_MS,
    },
    { title: "Wait until the four have gone", command: PODS, check: podsReady(2), withinMs: WITHIN_MS },
    {
      title: "Delete both remaining pods at once; they serve for 20 s more: no call of the watching client fails",
      command: greetWhilePodsGo("client-watch", "kubernetes:///backend:grpc", CALLS),
      check: failedAtMost(0),
    },
    { title: "The new pods are ready", command: PODS, check: podsReady(2), withinMs: WITHIN_MS },
    {
      title: "Delete both again: calls of the DNS client fail while DNS names the old pods, for up to half a minute",
      command: greetWhilePodsGo("client-dns", "dns:///backend-headless:50051", CALLS),
      check: failedAtMost(STALE_CALLS),
    },
    {
      title: "The DNS client finds the new pods later",
      command: recent("client-dns"),
      check: answeredBy(2, GREETING),
      withinMs: DNS_WITHIN_MS,
    },
  ],
};
