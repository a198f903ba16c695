import { KubeClient, type KubePodTemplate } from "@grpc-lb-lab/cluster";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { InputError, type JsonObject, type Mode, type Stage, type StartOptions } from "@grpc-lb-lab/stage-api";
import { allDone } from "../deployment/all-done.ts";
import { assertNoFrontend } from "../deployment/assert-no-frontend.ts";
import { assertSpoken } from "../deployment/assert-spoken.ts";
import { launcherOf } from "../deployment/launcher-of.ts";
import { ProblemLog } from "../deployment/problem-log.ts";
import { rulesEnv } from "../deployment/rules-env.ts";
import { Autoscaler } from "./autoscaler.ts";
import { BackendEditor } from "./backend-editor.ts";
import { Canary } from "./canary.ts";
import { versionRules } from "./canary-objects.ts";
import { ChangedObject } from "./changed-object.ts";
import { readyClientPod } from "./client-pod.ts";
import { clientZone } from "./client-zone.ts";
import { clusterDelays } from "./cluster-delays.ts";
import { clusterVersions } from "./cluster-versions.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import { assertDeployed } from "./deployed-mode.ts";
import { deployedApp, desiredTemplate, settingsOf } from "./desired-template.ts";
import { assertInjected, DESTINATION_RULE, isInjected, needsIstio } from "./istio.ts";
import { IstioRetries } from "./istio-retries.ts";
import { untilPodsKnown } from "./known-pods.ts";
import { KubernetesDeployment } from "./kubernetes-deployment.ts";
import { kubernetesTimings } from "./kubernetes-timings.ts";
import { KUBERNETES } from "./kubernetes-traits.ts";
import { MutualTls } from "./mutual-tls.ts";
import { PodAdmin } from "./pod-admin.ts";
import { proxyVersion } from "./proxy-versions.ts";
import { RuleObjects } from "./rule-objects.ts";
import { RulesInForce } from "./rules-in-force.ts";
import { proxyRulesOf, setProxyRules } from "./set-proxy-rules.ts";
import { type Place, RESTORE_MS } from "./start-place.ts";
import { TrialCalls } from "./trial-calls.ts";
import { firstFailure } from "./undo-failure.ts";

/** Where a mode is deployed. */
export interface KubernetesStageOptions {
  /** A context of the kubeconfig file, by name: the current one is never taken for it. */
  readonly context: string;
  /** Default: `lab-<mode>`, as the overlays have it. */
  readonly namespace?: string | undefined;
}

/** How long a pod may take to answer when its faults are ended. */
const CLEAR_MS = 5_000;

/** Modes as `make deploy-<mode>` has deployed them in a cluster; everything is left as it was. */
export class KubernetesStage implements Stage {
  readonly name = KUBERNETES.name;
  readonly what = KUBERNETES.what;
  readonly abilities = KUBERNETES.abilities;
  readonly #options: KubernetesStageOptions;

  constructor(options: KubernetesStageOptions) {
    this.#options = options;
  }

  /**
   * Sees that a mode is deployed, and touches nothing.
   * @throws {InputError} with the remedy when it is not, or cannot run here, or the cluster does not answer.
   */
  async assertDeployed(mode: Mode, signal: AbortSignal): Promise<void> {
    launcherOf(mode, "kubernetes");
    const client = await KubeClient.connect(this.#options.context);
    await assertDeployed(client, mode, this.#namespace(mode), undefined, signal);
  }

  /** Those of the cluster, of Istio where it is installed, and of the modes' proxies where they are deployed. */
  async versions(modes: readonly Mode[], signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const client = await KubeClient.connect(this.#options.context);
    const ofProxies = modes.map((mode) => proxyVersion(client, mode, this.#namespace(mode), signal));
    return Object.assign(await clusterVersions(client, signal), ...(await Promise.all(ofProxies)));
  }

  /**
   * Takes a deployed mode over: with so many pods and such settings as `options` has, and no more changes than that needs.
   * @throws {InputError} saying what is wrong when it cannot run here or is not deployed, or its pods do not become ready.
   */
  async start(mode: Mode, options: StartOptions): Promise<KubernetesDeployment> {
    launcherOf(mode, "kubernetes");
    assertSpoken(mode, this.name, options.rules);
    assertNoFrontend(this.name, options);
    assertNoTimings(options);
    return this.#start(mode, options).catch((error: unknown) => {
      throw firstFailure(error);
    });
  }

  async #start(mode: Mode, options: StartOptions): Promise<KubernetesDeployment> {
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const client = await KubeClient.connect(this.#options.context);
    const namespace = this.#namespace(mode);
    await assertDeployed(client, mode, namespace, options.app, signal);
    const proxy = await mode.launchers.kubernetes?.proxy?.();
    const problems = new ProblemLog();
    const place: Place = { client, mode, namespace, options, problems, rollback, undoneTogether: [], signal };
    const admin = new PodAdmin(client, namespace, Number(options.env?.WORK_MS ?? 0));
    const watch = rollback.use(await ClusterWatch.start(client, namespace, workOn(admin, problems, signal)));
    const autoscaler = new Autoscaler(client, namespace);
    const editor = await takeOver(place, watch, autoscaler);
    const proxyRules = await proxyRulesOf(place, proxy);
    const delays = await clusterDelays(place, editor.deployed, proxy);
    const objects = new RuleObjects(client, namespace);
    await objects.restoreLeft(signal); // What a killed lab has left.
    await setRetries(place);
    const env = rulesEnv(options.rules);
    const template = desiredTemplate(editor.deployed, { ...options.env, ...env.server });
    const [canary] = await allDone([
      startCanary(place, watch, template),
      editor.apply(options.pods - (options.canaryPods ?? 0), template, signal),
    ]);
    const podsSinceMs = monotonicMs();
    rollback.defer(() => clearFaults(admin, watch));
    await Promise.all(watch.pods.map(({ name }) => admin.setFault(name, {}, signal)));
    const clientPod = await readyClientPod(client, namespace, signal);
    if (isInjected(mode)) assertInjected(clientPod, namespace, client.context);
    await setMutualTls(place, clientPod.metadata.name);
    await setProxyRules(place, proxyRules, podsSinceMs + (delays.dnsTtlMs ?? 0));
    const knowing = { ...place, clientPod: clientPod.metadata.name, proxy, podsSinceMs };
    await untilPodsKnown(knowing, watch.addresses, delays, problems);
    const rules = await setRules(place, objects);
    await Promise.all(watch.pods.map(({ name }) => admin.forgetReceived(name, signal)));
    watch.beginEvents();
    rollback.defer(() => stopping.abort(new Error("the deployment has ended")));
    return new KubernetesDeployment({
      client,
      mode,
      app: deployedApp(template),
      namespace,
      clientZone: await clientZone(place, clientPod, watch),
      env: { ...options.env, ...env.client },
      timings: kubernetesTimings(delays),
      deployed: settingsOf(template),
      problems,
      watch,
      editor,
      canary,
      admin,
      autoscaler,
      rules,
      signal,
      resources: rollback.move(),
    });
  }

  #namespace(mode: Mode): string {
    return this.#options.namespace ?? `lab-${mode.name}`;
  }
}

/** A pod that becomes ready later is to be as slow as the others. */
function workOn(admin: PodAdmin, problems: ProblemLog, signal: AbortSignal): (pod: string) => void {
  return (pod) =>
    void admin.setWork(pod, signal).catch((error: Error) => {
      if (!signal.aborted) problems.add(error.message);
    });
}

async function takeOver(place: Place, watch: ClusterWatch, autoscaler: Autoscaler): Promise<BackendEditor> {
  const { client, namespace, rollback, undoneTogether, signal } = place;
  const editor = await BackendEditor.start(client, watch, namespace, signal, () => autoscaler.restoreLeft(signal));
  const others = () => allDone(undoneTogether.map((undo) => undo()));
  rollback.defer(() => editor.restore(AbortSignal.timeout(RESTORE_MS), others));
  // First: else it would change the Deployment again.
  rollback.defer(() => autoscaler.end(AbortSignal.timeout(RESTORE_MS)));
  return editor;
}

/** Undefined: all pods are of one version. */
async function startCanary(place: Place, watch: ClusterWatch, template: KubePodTemplate): Promise<Canary | undefined> {
  const { client, namespace, options, undoneTogether, signal } = place;
  const canary = new Canary(client, watch, namespace, options.canaryPods ?? 0);
  await canary.removeLeft(signal); // What a killed lab has left.
  if (options.canaryPods === undefined) return undefined;
  undoneTogether.push(() => canary.remove(AbortSignal.timeout(RESTORE_MS)));
  await canary.start(template, signal);
  return canary;
}

async function setRetries({ client, mode, namespace, options, rollback, signal }: Place): Promise<void> {
  if (!needsIstio(mode)) return;
  const retries = new IstioRetries(client, namespace);
  await retries.restore(signal); // What a killed lab has left.
  if (options.proxyRetries === undefined) return;
  rollback.defer(() => retries.restore(AbortSignal.timeout(RESTORE_MS)));
  await retries.set(options.proxyRetries, signal);
}

async function setMutualTls({ client, mode, namespace, options, rollback, signal }: Place, pod: string): Promise<void> {
  if (!needsIstio(mode)) return;
  const calls = new TrialCalls({ client, namespace, pod });
  const mutualTls = new MutualTls(client, namespace);
  await mutualTls.restore(calls, signal); // What a killed lab has left.
  if (options.mutualTls === "on") await mutualTls.assertStrict(signal);
  if (options.mutualTls !== "off") return;
  rollback.defer(() => mutualTls.restore(calls, AbortSignal.timeout(RESTORE_MS)));
  await mutualTls.switchOff(calls, signal);
}

/** The versions of pods, for Istio to tell them apart, and what is asked of traffic. Last, so that all that comes before goes as it does without them; undefined where nothing is asked of anybody but clients and servers. */
async function setRules(place: Place, objects: RuleObjects): Promise<RulesInForce | undefined> {
  const { client, mode, namespace, options, rollback, signal } = place;
  rollback.defer(() => objects.restore(AbortSignal.timeout(RESTORE_MS)));
  if (options.canaryPods !== undefined && needsIstio(mode)) {
    const rule = new ChangedObject<JsonObject>(client, namespace, DESTINATION_RULE);
    await objects.apply(versionRules(await rule.spec(signal)), undefined, signal);
  }
  const { rules } = options;
  if (rules?.dialect !== "Istio" && rules?.dialect !== "GRPCRoute") return undefined;
  return RulesInForce.start(place, rules, objects, place.signal);
}

async function clearFaults(admin: PodAdmin, { pods }: ClusterWatch): Promise<void> {
  await Promise.all(pods.map(({ name }) => admin.clear(name, AbortSignal.timeout(CLEAR_MS))));
}

function assertNoTimings({ timings = {} }: StartOptions): void {
  const [name] = Object.keys(timings);
  if (name === undefined) return;
  throw new InputError(`the kubernetes stage cannot set the timing ${name}: the cluster sets its delays; leave it out`);
}
