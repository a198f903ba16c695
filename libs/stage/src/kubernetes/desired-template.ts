import { APP_CONTAINER, type KubeContainer, type KubeEnv, type KubePodTemplate } from "@grpc-lb-lab/cluster";
import type { App, DeployedSettings } from "@grpc-lb-lab/stage-api";
import { appOfImage } from "../deployment/app-images.ts";

/** What a restart writes into the template, as `kubectl rollout restart` does. */
export const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** What is left of the termination grace when the drain and the graceful shutdown have taken all their time. */
const SPARE_SECONDS = 5;

/**
 * The environment of the servers among `env`: not what clients read (`BACKEND_*`), not what pods are told while they run (`WORK_MS`), and
 * not what the preStop hook does in a cluster (`DRAIN_DELAY_MS`, and `SHUTDOWN_GRACE_MS` with it).
 */
export function serverEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const others = ["WORK_MS", "DRAIN_DELAY_MS", "SHUTDOWN_GRACE_MS"];
  const entries = Object.entries(env).filter(([name]) => !name.startsWith("BACKEND_") && !others.includes(name));
  const undrained = env.DRAIN_DELAY_MS === "0" ? [["SHUTDOWN_GRACE_MS", env.SHUTDOWN_GRACE_MS ?? "0"]] : [];
  return Object.fromEntries([...entries, ...undrained]);
}

/**
 * The template that the backend's pods must be made from to run with `env`; equal to `deployed` when they run so already.
 * A drain (`DRAIN_DELAY_MS`) of 0 takes the preStop hook away; of any other the hook must sleep as long at least.
 */
export function desiredTemplate(deployed: KubePodTemplate, env: Readonly<Record<string, string>>): KubePodTemplate {
  const drainMs = Number(env.DRAIN_DELAY_MS ?? Number.NaN);
  const sleeps = appOf(deployed)?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const seconds = Math.ceil(drainMs / 1_000);
  const app = (container: KubeContainer): KubeContainer => {
    const set = { ...container, env: mergedEnv(container.env ?? [], serverEnv(env)) };
    if (drainMs === 0) return withoutPreStop(set);
    return seconds > sleeps ? { ...set, lifecycle: { ...set.lifecycle, preStop: { sleep: { seconds } } } } : set;
  };
  const { containers, terminationGracePeriodSeconds: grace = 30 } = deployed.spec;
  const spec = {
    ...deployed.spec,
    containers: containers.map((container) => (container.name === APP_CONTAINER ? app(container) : container)),
  };
  if (!(seconds > sleeps)) return { ...deployed, spec };
  const least = seconds + shutdownGraceSeconds(deployed) + SPARE_SECONDS;
  return { ...deployed, spec: { ...spec, terminationGracePeriodSeconds: Math.max(grace, least) } };
}

/** What pods made from `template` do. */
export function settingsOf(template: KubePodTemplate): Required<DeployedSettings> {
  return {
    drainDelayMs: 1_000 * (appOf(template)?.lifecycle?.preStop?.sleep?.seconds ?? 0),
    maxConnectionAgeMs: Number(deployedEnv(template, "MAX_CONNECTION_AGE_MS") ?? 0),
    maxConnectionAgeGraceMs: Number(deployedEnv(template, "MAX_CONNECTION_AGE_GRACE_MS") ?? 0),
  };
}

/** `template` as it is before a restart. */
export function withoutRestart(template: KubePodTemplate): KubePodTemplate {
  const { [RESTARTED_AT]: _, ...annotations } = template.metadata.annotations ?? {};
  return { ...template, metadata: { ...template.metadata, annotations } };
}

/** `template` with a restart at `time`, which replaces the pods made from it. */
export function withRestart(template: KubePodTemplate, time: string): KubePodTemplate {
  const annotations = { ...template.metadata.annotations, [RESTARTED_AT]: time };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

/** The application's container. */
function appOf({ spec }: { readonly spec: { readonly containers: readonly KubeContainer[] } }) {
  return spec.containers.find(({ name }) => name === APP_CONTAINER);
}

/** What pods made from `template` run. */
export function deployedApp(template: KubePodTemplate): App {
  return appOfImage(appOf(template)?.image ?? "");
}

/** The value of a variable of the application as it is deployed; undefined: it is not set, or comes from elsewhere. */
export function deployedEnv(template: KubePodTemplate, name: string): string | undefined {
  return appOf(template)?.env?.find((variable) => variable.name === name)?.value;
}

function shutdownGraceSeconds(template: KubePodTemplate): number {
  return Math.ceil(Number(deployedEnv(template, "SHUTDOWN_GRACE_MS") ?? 0) / 1_000);
}

function mergedEnv(deployed: readonly KubeEnv[], wanted: Readonly<Record<string, string>>): KubeEnv[] {
  const kept = deployed.map((variable) => {
    const value = wanted[variable.name];
    return value === undefined || value === variable.value ? variable : { name: variable.name, value };
  });
  const names = new Set(deployed.map(({ name }) => name));
  const added = Object.entries(wanted).filter(([name]) => !names.has(name));
  return [...kept, ...added.map(([name, value]) => ({ name, value }))];
}

function withoutPreStop(container: KubeContainer): KubeContainer {
  const { lifecycle: { preStop: _, ...lifecycle } = {}, ...others } = container;
  return Object.keys(lifecycle).length === 0 ? others : { ...others, lifecycle };
}
