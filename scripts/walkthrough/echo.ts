import { answeredBy, says, type Walkthrough } from "./walkthrough.ts";

const WITHIN_MS = 60_000;
/** 5 standard deviations of 100 picks of 20 %. */
const FEWEST = 1;
const MOST = 40;

function forward(request: object, show: string): string {
  const output = `jq -r '.output | join("")' | ${show}`;
  return `grpcurl -plaintext -d '${JSON.stringify(request)}' :17171 proto.EchoTestService/ForwardEcho | ${output}`;
}

const FULL = "xds:///echo.echo-grpc.svc.cluster.local:7070";
const HOSTNAMES = "grep Hostname";

function fifthToV1(output: string): string | undefined {
  const v1 = Number(/(\d+) ServiceVersion=v1/.exec(output)?.[1] ?? 0);
  return v1 >= FEWEST && v1 <= MOST ? undefined : `${v1} of 100 calls went to v1, not ${FEWEST} to ${MOST}`;
}

function podsReady(output: string): string | undefined {
  const lines = output.trim().split("\n");
  const unready = lines.filter((line) => !/ 2\/2 +Running /.test(line));
  return unready.length === 0 ? undefined : `not ready: ${unready.join("; ")}`;
}

/** Istio's proxyless gRPC: balancing, subsets by weight, and mutual TLS one side at a time. */
export const echo: Walkthrough = {
  page: "https://istio.io/latest/blog/2021/proxyless-grpc/",
  namespace: "echo-grpc",
  needs: ["istio", "grpcurl", "jq"],
  steps: [
    {
      title: "Deploy two versions of an application whose gRPC speaks xDS itself",
      command: "kubectl apply -k deploy/kustomize/overlays/walkthrough-echo",
    },
    {
      title: "Wait until they are ready",
      command:
        "kubectl -n echo-grpc rollout status deploy/echo-v1 && kubectl -n echo-grpc rollout status deploy/echo-v2",
    },
    {
      title: "Forward a local port to the plain port of v1",
      command:
        "kubectl -n echo-grpc port-forward $(kubectl -n echo-grpc get pods -l version=v1 -ojsonpath='{.items[0].metadata.name}') 17171",
      background: true,
    },
    {
      title: "Five calls from v1 to the Service: its own gRPC balances them over both versions",
      command: forward({ url: FULL, count: 5 }, HOSTNAMES),
      check: answeredBy(2, /Hostname=(\S+)/),
      withinMs: WITHIN_MS,
    },
    {
      title: "The application completes a short name",
      command: forward({ url: "xds:///echo:7070" }, "grep -E 'Host=|StatusCode='"),
      check: says("Host=echo.echo-grpc.svc.cluster.local:7070"),
    },
    {
      title: "Send 20 of 100 calls to v1, 80 to v2",
      command: "kubectl apply -f deploy/istio/walkthrough/weights-20-80.yaml",
    },
    {
      title: "Each call picks by weight",
      command: forward({ url: FULL, count: 100 }, "grep -o 'ServiceVersion=.*' | sort | uniq -c"),
      check: fifthToV1,
      withinMs: WITHIN_MS,
    },
    {
      title: "Make the clients use mutual TLS; the servers still accept plaintext only",
      command: "kubectl apply -f deploy/istio/walkthrough/client-mutual-tls.yaml",
    },
    {
      title: "Every call fails",
      command: `grpcurl -plaintext -d '${JSON.stringify({ url: FULL })}' :17171 proto.EchoTestService/ForwardEcho`,
      check: says("requests had errors"),
      mayFail: true,
      withinMs: WITHIN_MS,
    },
    {
      title: "Make the servers accept mutual TLS only",
      command: "kubectl apply -f deploy/istio/walkthrough/server-strict.yaml",
    },
    {
      title: "Calls are answered again, and the servers identify the caller",
      command: forward({ url: FULL }, "grep -E 'StatusCode|PeerSpiffe'"),
      check: says("spiffe://cluster.local/ns/echo-grpc/sa/default"),
      withinMs: WITHIN_MS,
    },
    {
      title: "Probes use the admin port, which mutual TLS does not affect: the pods are ready",
      command: "kubectl -n echo-grpc get pods --no-headers",
      check: podsReady,
    },
  ],
};
