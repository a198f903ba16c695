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
      title: "Four servers, and a client that greets without end",
      command: "kubectl apply -k deploy/kustomize/overlays/walkthrough-greeter",
    },
    {
      title: "They start",
      command:
        "kubectl -n grpcdemo rollout status deploy/greeter-server && kubectl -n grpcdemo rollout status deploy/greeter-client",
    },
    {
      title: "One connection, one pod: four servers, and one of them answers everything",
      command: LOGS,
      check: answeredBy(1, GREETING),
      withinMs: 60_000,
    },
    {
      title: "Istio is to put its proxy beside each pod",
      command: "kubectl label namespace grpcdemo istio-injection=enabled",
    },
    { title: "Only new pods get one", command: "kubectl -n grpcdemo rollout restart deployment" },
    {
      title: "They start",
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
