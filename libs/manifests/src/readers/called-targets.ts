import { type Labels, namespaceOf } from "../manifest.ts";
import type { Container } from "../pod-spec.ts";
import { serviceName } from "../service-host.ts";
import type { Workload } from "../workload.ts";

/** What a container calls. */
export interface CalledTarget {
  /** By gRPC's own xDS client, `xds:///…`. */
  readonly byXds: boolean;
  /** All names that the host may have in rules, in small letters. */
  readonly names: readonly string[];
  /** Undefined where the target has none. */
  readonly port: number | undefined;
}

const XDS = /xds:\/\/[^/\s]*\/([a-z0-9.-]+)(?::(\d+))?/gi;
/** One that gRPC, or HTTP, leads to the address of a Service: a sidecar takes it from there. */
const ADDRESS =
  /^(?:[\w.-]+=|--?[\w-]+=)?(?:(?:dns:\/\/[^/]*\/)|(?:dns:)|(?:https?:\/\/))?([a-z0-9][a-z0-9.-]*):(\d+)(?:\/\S*)?$/i;
const REFERENCE = /\$\(([\w.-]+)\)/g;
const NUMBERS_ALONE = /^[\d.]+$/;

/** What the containers of a pod call, as far as environment and arguments name it. */
export function calledTargets(workload: Workload): CalledTarget[] {
  const { containers, initContainers = [] } = workload.pod;
  return [...containers, ...initContainers].flatMap((container) =>
    textsOf(container, workload).flatMap((text) => targetsIn(text, namespaceOf(workload.manifest))),
  );
}

function targetsIn(text: string, namespace: string): CalledTarget[] {
  const byXds = [...text.matchAll(XDS)].map(([, host = "", port]) => ({ byXds: true, host, port }));
  const [, address = "", port] = ADDRESS.exec(text) ?? [];
  const all = byXds.length > 0 || address === "" ? byXds : [{ byXds: false, host: address, port }];
  return all
    .filter(({ host }) => host !== "localhost" && !NUMBERS_ALONE.test(host))
    .map((one) => ({
      byXds: one.byXds,
      names: namesOf(one.host.toLowerCase(), namespace),
      port: one.port === undefined ? undefined : Number(one.port),
    }));
}

/** As DNS completes names, and istiod's gRPC generator (`tryFindFQDN`): `backend`, `backend.shop`, `backend.shop.svc`. */
function namesOf(written: string, namespace: string): string[] {
  const host = written.replace(/\.$/, "");
  const parts = host.split(".");
  const [name = "", ofNamespace = ""] = parts;
  if (parts.length === 1) return [host, serviceName(host, namespace)];
  const isShort = parts.length === 2 || (parts.length === 3 && parts[2] === "svc");
  return isShort ? [host, serviceName(name, ofNamespace)] : [host];
}

/** Values of the environment and arguments, with the variables that Kubernetes puts in. */
function textsOf(container: Container, workload: Workload): string[] {
  const environment = workload.environment(container);
  const all = { ...downward(container, workload), ...environment };
  const { command = [], args = [] } = container;
  return [...Object.values(environment), ...command, ...args].map((text) => filledIn(text, all));
}

function downward({ env = [] }: Container, { manifest }: Workload): Labels {
  const namespace = namespaceOf(manifest);
  const fields = env.filter(({ valueFrom }) => valueFrom?.fieldRef?.fieldPath === "metadata.namespace");
  return Object.fromEntries([["POD_NAMESPACE", namespace], ...fields.map(({ name }) => [name, namespace])]);
}

/** https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
function filledIn(text: string, variables: Labels): string {
  return text.replaceAll(REFERENCE, (whole, name: string) => variables[name] ?? whole);
}
