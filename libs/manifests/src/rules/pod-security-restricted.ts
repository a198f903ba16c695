import type { Container, PodSpec } from "../pod-spec.ts";
import type { Rule } from "../rule.ts";

/** What the profile lets a pod mount. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/**
 * The profile `restricted` for what manifests themselves have, also where the namespace admits more for what Istio injects.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const podSecurityRestricted: Rule = {
  name: "pod-security-restricted",
  why: "a namespace with the profile restricted does not admit the pod",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  check: ({ workloads }) =>
    workloads.flatMap(({ manifest, pod }) => {
      const containers = [...pod.containers, ...(pod.initContainers ?? [])];
      const faults = [...podFaults(pod), ...containers.flatMap((container) => containerFaults(container, pod))];
      return faults.map(([reason, remedy]) => ({ object: manifest, reason, remedy }));
    }),
};

type Fault = readonly [reason: string, remedy: string];

function podFaults({ hostNetwork, hostPID, hostIPC, volumes = [] }: PodSpec): Fault[] {
  const shared = Object.entries({ hostNetwork, hostPID, hostIPC }).filter(([, on]) => on === true);
  const mounted = volumes.filter((volume) => !VOLUMES.some((kind) => kind in volume));
  return [
    ...shared.map(([name]): Fault => [`the pod uses ${name} of its node`, `remove ${name}`]),
    ...mounted.map(({ name }): Fault => [`the volume ${name} has a type that can reach the node`, "use another type"]),
  ];
}

function containerFaults({ name, securityContext: own = {}, ports = [] }: Container, pod: PodSpec): Fault[] {
  const context = { ...pod.securityContext, ...own };
  const { capabilities: { drop = [], add = [] } = {}, seccompProfile } = own;
  const profile = (seccompProfile ?? pod.securityContext?.seccompProfile)?.type ?? "";
  const checks: readonly (readonly [wrong: boolean, reason: string, remedy: string])[] = [
    [context.runAsNonRoot !== true || context.runAsUser === 0, "may run as root", "set runAsNonRoot: true"],
    [own.privileged === true, "is privileged", "remove privileged"],
    [own.allowPrivilegeEscalation !== false, "may gain privileges", "set allowPrivilegeEscalation: false"],
    [!drop.includes("ALL"), "keeps capabilities", "set capabilities.drop: [ALL]"],
    [add.some((capability) => capability !== "NET_BIND_SERVICE"), "adds capabilities", "remove capabilities.add"],
    [
      !["RuntimeDefault", "Localhost"].includes(profile),
      "has no seccomp profile",
      "set seccompProfile.type: RuntimeDefault",
    ],
    [ports.some(({ hostPort }) => hostPort !== undefined), "uses a port of its node", "remove hostPort"],
  ];
  return checks.filter(([wrong]) => wrong).map(([, reason, remedy]) => [`container ${name} ${reason}`, remedy]);
}
