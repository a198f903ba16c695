import type { LocalFrontend } from "@grpc-lb-lab/stage";
import type { Deployment } from "@grpc-lb-lab/stage-api";

const PROTO_METHOD = "greeter.v1.GreeterService/SayHello";

/** The addresses of a running mode, and commands to paste. */
export function howToTry(deployment: Deployment, { url, grpcAddress }: LocalFrontend): string {
  const { mode, target, clientEnv } = deployment;
  const pods = deployment.pods();
  const [firstPod] = pods;
  const exports = Object.entries(clientEnv).filter(([name]) => NEEDED_BY_GREET.test(name));
  return [
    `\nMode ${mode} is up.`,
    `  page     ${url}`,
    `  target   ${target}`,
    ...pods.map(
      ({ name, grpcAddress, adminAddress, zone }) =>
        `  ${name.padEnd(10)} ${grpcAddress}  zone ${zone}, admin http://${adminAddress}/metrics`,
    ),
    "",
    "Try it from another terminal:",
    ...exports.map(([name, value]) => `  export ${name}='${value}'`),
    `  npx lab greet '${target}'${policyFlag(clientEnv)} --interval 100ms`,
    `  curl '${url}/hello?name=you'`,
    grpcurl(grpcAddress),
    ...(isDialable(target) ? [grpcurl(target)] : []),
    ...(firstPod === undefined ? [] : [grpcurl(firstPod.grpcAddress), ...faultCommands(firstPod.adminAddress)]),
    "",
  ].join("\n");
}

/** What `lab greet` does not set by itself. */
const NEEDED_BY_GREET = /^(KUBERNETES_|GRPC_XDS_)/;

/** An xds: target takes its policy from xDS: none is given for it. */
function policyFlag({ BACKEND_LB_POLICY }: Readonly<Record<string, string>>): string {
  return BACKEND_LB_POLICY === undefined ? "" : ` --policy ${BACKEND_LB_POLICY}`;
}

/** grpcurl knows host:port only. */
function isDialable(target: string): boolean {
  return !target.includes("//");
}

function grpcurl(address: string): string {
  return `  grpcurl -plaintext -d '{"name": "you"}' ${address} ${PROTO_METHOD}`;
}

/** A pod that has crashed comes back by itself. */
function faultCommands(adminAddress: string): string[] {
  return [
    `  curl -X PUT http://${adminAddress}/faults -d '{"latencyMs": 200}'`,
    `  curl -X POST http://${adminAddress}/crash`,
  ];
}
