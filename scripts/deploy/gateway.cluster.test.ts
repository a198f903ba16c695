import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTarget, runCommand, testContext } from "../walkthrough/testing/make-target.ts";

// Needs a cluster with the Gateway API, Istio, and the images loaded; LAB_KUBE_CONTEXT names its context. Leaves mode `gateway` deployed.
const context = testContext();
const MINUTES = 60_000;
const NAMESPACE = "lab-gateway";

const kubectl = (...args: string[]) => runCommand("kubectl", ["--context", context, "-n", NAMESPACE, ...args]);
const make = (target: string, ...variables: string[]) => makeTarget(target, [`CONTEXT=${context}`, ...variables]);
const verifyMainClaim = () => make("verify-gateway", "ARGS=--main-claim");

async function deploy(): Promise<void> {
  expect(await make("deploy-gateway")).toMatchObject({ status: 0 });
}

/** What the gateway's Envoy runs with. Its admin port listens inside its pod alone. */
async function gatewayConfig(): Promise<string> {
  return (await kubectl("exec", "deploy/edge-istio", "--", "pilot-agent", "request", "GET", "config_dump")).stdout;
}

describe("mode gateway", { timeout: 5 * MINUTES }, () => {
  beforeAll(deploy, 5 * MINUTES);
  afterAll(deploy, 5 * MINUTES);

  it("runs in a namespace that admits nothing below Pod Security restricted", async () => {
    const label = "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}";
    expect((await kubectl("get", "namespace", NAMESPACE, "-o", label)).stdout).toBe("restricted");
  });

  it("has the retries of the mesh, which cover no reset, and the pick that its path says", async () => {
    const config = await gatewayConfig();
    expect(
      config.match(/"retry_on": "[^"]+",\s+"num_retries": \d+/g)?.map((one) => one.replace(/\s+/g, " ")),
    ).toContain(
      '"retry_on": "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", "num_retries": 2',
    );
    expect(config).toMatch(
      /"name": "outbound\|50051\|\|backend\.lab-gateway\.svc\.cluster\.local"[\s\S]{0,1000}?"lb_policy": "LEAST_REQUEST"/,
    );
  });

  it("holds its main claim", async () => {
    expect((await verifyMainClaim()).status).toBe(0);
  });

  it.each([
    [
      "nothing says that the Service's port speaks gRPC",
      ["patch", "service", "backend", "--type=json", "--patch"],
      [
        { op: "remove", path: "/spec/ports/0/appProtocol" },
        { op: "replace", path: "/spec/ports/0/name", value: "main" },
      ],
      "reset reason: protocol error",
    ],
    ["there is no GRPCRoute", ["delete", "grpcroute", "backend"], undefined, "UNIMPLEMENTED"],
  ])("fails where %s", async (_, command, patch, reason) => {
    try {
      const change = patch === undefined ? command : [...command, JSON.stringify(patch)];
      expect(await kubectl(...change)).toMatchObject({ status: 0 });
      const { stdout, stderr } = await verifyMainClaim();
      expect(stderr).toMatch(/Error 1\n$/);
      expect(stdout.replace(/\s+/g, " ")).toContain(reason);
    } finally {
      await deploy();
    }
  });
});
