import { answeredBy, type Walkthrough } from "./walkthrough.ts";

const GREETING = /Greeting: Hello from ([^,]+),/;
const LOGS = "kubectl -n grpcdemo logs deploy/greeter-client -c app --tail=12";

/** Four greeters and a client: one pod answers before injection, all four after. */
export const greeter: Walkthrough = {
  page: "https://www.useanvil.com/blog/engineering/load-balancing-grpc-in-kubernetes-with-istio/",
  namespace: "grpcdemo",
  needs: ["istio"],
  steps: [
    {
      title: "Deploy four servers, and a client that greets without end",
      command: "kubectl apply -k deploy/kustomize/overlays/walkthrough-greeter",
    },
    {
      title: "Wait until they are ready",
      command:
        "kubectl -n grpcdemo rollout status deploy/greeter-server && kubectl -n grpcdemo rollout status deploy/greeter-client",
    },
    {
      title: "One connection, one pod: one of the four servers answers every call",
      command: LOGS,
      check: answeredBy(1, GREETING),
      withinMs: 60_000,
    },
    {
      title: "Tell Istio to put its proxy beside each pod",
      command: "kubectl label namespace grpcdemo istio-injection=enabled",
    },
    {
      title: "Restart the pods, because only new pods get a proxy",
      command: "kubectl -n grpcdemo rollout restart deployment",
    },
    {
      title: "Wait until they are ready",
      command:
        "kubectl -n grpcdemo rollout status deploy/greeter-server && kubectl -n grpcdemo rollout status deploy/greeter-client",
    },
    {
      title: "The client's proxy balances each call: all four answer",
      command: LOGS,
      check: answeredBy(4, GREETING),
      withinMs: 90_000,
    },
  ],
};
