import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { LAB, lab, temporaryFolder } from "../testing/lab-process.ts";

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: backend}
spec:
  selector: {app: backend}
  ports:
    - {name: api, port: 80, targetPort: 50051}
`;
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: backend}
spec:
  selector: {matchLabels: {app: backend}}
  template:
    metadata: {labels: {app: backend}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: example.com/backend:1.0
          lifecycle: {preStop: {sleep: {seconds: 5}}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          ports: [{name: grpc, containerPort: 50051}]
`;

it("judges what lies in a folder as one set, and says where, why, how to mend it, and what shows it", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "deployment.yml"), DEPLOYMENT);
  await writeFile(join(folder.path, "service.yaml"), SERVICE);
  const { status, stdout } = await lab(["check", folder.path, "--fix"], { COLUMNS: "100" });
  expect(stdout).toBe(`FAIL ${folder.path}/service.yaml:7: Service/backend: grpc-port-names
    port 80 leads to a gRPC port but does not declare gRPC: a mesh would balance its connections,
    not its calls
    why it matters: one connection carries all calls of a client, so one pod gets them all
    to mend it: set appProtocol: grpc (or name the port grpc-...)
      appProtocol: grpc
    to see it: lab run plain share
    istio/istio#43988

FAIL 1 problem in 2 objects
`);
  expect(status).toBe(1);
});

const PROXYLESS_CLIENT = `apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, annotations: {inject.istio.io/templates: grpc-agent}}
spec:
  containers:
    - {name: app, image: "example.com/client:1.0", args: ["--cart=xds:///cart.shop.svc.cluster.local:7070"]}
---
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  subsets:
    - name: v2
      trafficPolicy:
        outlierDetection: {consecutive5xxErrors: 3}
`;

it.each([80, 100])(
  "warns of what callers do not do, with the run that it relies on, in %i columns",
  async (columns) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "cart.yaml"), PROXYLESS_CLIENT);
    const { stdout } = await lab(["check", folder.path], { COLUMNS: String(columns) });
    const about = stdout.split("\n\n").find((block) => block.includes("DestinationRule/cart: not-obeyed")) ?? "";
    const [heading = "", ...lines] = about.split("\n");
    expect(heading).toBe(`- ${folder.path}/cart.yaml:16: DestinationRule/cart: not-obeyed`);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(lines.map((line) => line.trim()).join(" ")).toMatch(
      new RegExp(
        "^spec\\.subsets\\[0\\]\\.trafficPolicy\\.outlierDetection: clients without a proxy \\(Pod/client\\) accept this, .*" +
          "seen: outlier-detection under proxyless \\(Istio\\): ignored, .* grpc-js-xds [\\d.]+.*" +
          "to mend it: .*to see it: lab policy outlier-detection --mode proxyless --dialect istio",
      ),
    );
  },
);

it("reads standard input, and prints JSON", async () => {
  const child = spawn(process.execPath, [LAB, "check", "-", "--json", "--grpc-port", "50051"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  child.stdin.end(`${DEPLOYMENT.replace("name: grpc, ", "")}---\n${SERVICE}---\n`);
  expect(JSON.parse(await text(child.stdout))).toMatchObject([
    { severity: "problem", rule: "grpc-port-names", object: "Service/backend", file: "stdin", line: 23 },
  ]);
  expect(await ended).toEqual([1, null]);
});

it("ends with 0 when nothing is wrong", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "deployment.yaml"), DEPLOYMENT);
  expect(await lab(["check", join(folder.path, "deployment.yaml")])).toMatchObject({
    status: 0,
    stdout: "ok 0 problems in 1 object\n",
  });
});

it.each([
  [
    ["nowhere.yaml"],
    "lab: nowhere.yaml does not exist: name a file or a folder of manifests, or - for standard input\n",
  ],
  [[import.meta.dirname], /^lab: .* has neither a kustomization\.yaml nor a file with \.yaml, \.yml, \.json\n$/],
  [[join(import.meta.dirname, "check.test.ts")], /^lab: .*check\.test\.ts is not valid YAML: /],
  [["--grpc-port", "0", "x"], /grpc-port/],
])("ends with 2 and one line for %j", async (args, line) => {
  const { status, stdout, stderr } = await lab(["check", ...args]);
  expect(stderr).toMatch(line);
  expect([status, stdout]).toEqual([2, ""]);
});
