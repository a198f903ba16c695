import { yamlText } from "../yaml-text.ts";
import { staticArguments } from "./static-arguments.ts";

const ABOUT = `# Written by make generate from libs/modes/src/traefik, as the local stage and the containers stage start their Traefik, but for where it hears of pods:
# static-arguments.ts says what Traefik does, limits.ts why each limit is as it is.
`;

/** Where the Deployment's probes ask; Traefik's own default. */
export const ADMIN_PORT = 8_080;

/** Traefik's arguments as the overlay deploys them, a patch of its Deployment, and as the chart does, a list. */
export function deployedFiles(): Readonly<Record<string, string>> {
  const args = deployedArguments();
  const patch = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "traefik" },
    spec: { template: { spec: { containers: [{ name: "app", args }] } } },
  };
  return {
    "deploy/kustomize/components/traefik-proxy/arguments.yaml": `${ABOUT}${yamlText(patch)}`,
    "deploy/helm/grpc-lb-lab/files/traefik-arguments.yaml": `${ABOUT}${yamlText(args)}`,
  };
}

/** On every address of both families, and told of pods by the API server. */
function deployedArguments(): string[] {
  return staticArguments({
    listener: { port: 50_051 },
    admin: { port: ADMIN_PORT },
    provider: {
      // The kubelet puts the variable's value there. All namespaces would need leave to read the Secrets of all.
      "kubernetesGateway.namespaces": "$(POD_NAMESPACE)",
      // Of GatewayClasses, which have no namespace, only the lab's own: another Traefik may have others.
      "kubernetesGateway.labelSelector": "grpc-lb-lab/mode=traefik",
    },
  });
}
