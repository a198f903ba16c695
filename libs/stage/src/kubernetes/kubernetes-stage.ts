import { ProblemLog } from "../deployment/problem-log.ts";
import { InputError } from "../input-error.ts";
import type { ModeName } from "../mode.ts";
import type { Stage, StartOptions } from "../stage.ts";
import { BackendEditor } from "./backend-editor.ts";
import { readyClientPod } from "./client-pod.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import { deployedEnvoy } from "./deployed-envoy.ts";
import { assertDeployed } from "./deployed-mode.ts";
import { desiredTemplate, settingsOf } from "./desired-template.ts";
import { dnsCacheMs } from "./dns-cache.ts";
import { assertInjected, needsIstio } from "./istio.ts";
import { IstioRetries } from "./istio-retries.ts";
import { untilPodsKnown } from "./known-pods.ts";
import { KubeClient } from "./kube-client.ts";
import { KubernetesDeployment } from "./kubernetes-deployment.ts";
import { type ClusterDelays, kubernetesTimings } from "./kubernetes-timings.ts";
import { MutualTls } from "./mutual-tls.ts";
import { PodAdmin } from "./pod-admin.ts";
import { TrialCalls } from "./trial-calls.ts";
import { firstFailure } from "./undo-failure.ts";

/** Where a mode is deployed. */
export interface KubernetesStageOptions {
  /** A context of the kubeconfig file, by name: the current one is never taken for it. */
  readonly context: string;
  /** Default: `lab-<mode>`, as the overlays have it. */
  readonly namespace?: string | undefined;
}

/** What a start works on. */
interface Place {
  readonly client: KubeClient;
  readonly mode: ModeName;
  readonly namespace: string;
  readonly options: StartOptions;
  /** Ends what was begun, in the opposite order. */
  readonly rollback: AsyncDisposableStack;
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
}

/** Undoing has to end, too, should the cluster have gone. */
const RESTORE_MS = 180_000;
/** How long a pod may take to answer when its faults are ended. */
const CLEAR_MS = 5_000;

/** Modes as `make deploy-<mode>` has deployed them in a cluster; everything is left as it was. */
export class KubernetesStage implements Stage {
  readonly name = "kubernetes";
  readonly settableTimings = [];
  readonly faults = ["latencyMs", "jitterMs", "errorCode", "errorShare"] as const;
  readonly metersContainers = true;
  readonly #options: KubernetesStageOptions;

  constructor(options: KubernetesStageOptions) {
    this.#options = options;
  }

  /**
   * Sees that a mode is deployed, and touches nothing.
   * @throws {InputError} with the remedy when it is not, or the cluster does not answer.
   */
  async assertDeployed(mode: ModeName, signal: AbortSignal): Promise<void> {
    const client = await KubeClient.connect(this.#options.context);
    await assertDeployed(client, mode, this.#namespace(mode), signal);
  }

  /**
   * Takes a deployed mode over: with so many pods and such settings as `options` has, and no more changes than that needs.
   * @throws {InputError} saying what is wrong when it is not deployed, or its pods do not become ready.
   */
  async start(mode: ModeName, options: StartOptions): Promise<KubernetesDeployment> {
    assertNoTimings(options);
    return this.#start(mode, options).catch((error: unknown) => {
      throw firstFailure(error);
    });
  }

  async #start(mode: ModeName, options: StartOptions): Promise<KubernetesDeployment> {
    await using rollback = new AsyncDisposableStack();
    const stopping = new AbortController();
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    const client = await KubeClient.connect(this.#options.context);
    const namespace = this.#namespace(mode);
    await assertDeployed(client, mode, namespace, signal);
    const place = { client, mode, namespace, options, rollback, signal };
    const problems = new ProblemLog();
    const admin = new PodAdmin(client, namespace, Number(options.env?.WORK_MS ?? 0));
    const watch = rollback.use(await ClusterWatch.start(client, namespace, workOn(admin, problems, signal)));
    const editor = await takeOver(place, watch);
    const delays = await clusterDelays(place, editor);
    await setRetries(place);
    const template = desiredTemplate(editor.deployed, options.env ?? {});
    await editor.apply(options.pods, template, signal);
    rollback.defer(() => clearFaults(admin, watch));
    await Promise.all(watch.pods.map(({ name }) => admin.setFault(name, {}, signal)));
    const clientPod = await readyClientPod(client, namespace, signal);
    if (needsIstio(mode)) assertInjected(clientPod, namespace, client.context);
    await setMutualTls(place, clientPod.metadata.name);
    await untilPodsKnown(place, clientPod.metadata.name, watch.addresses, delays, problems);
    watch.beginEvents();
    rollback.defer(() => stopping.abort(new Error("the deployment has ended")));
    return new KubernetesDeployment({
      client,
      mode,
      namespace,
      env: options.env ?? {},
      timings: kubernetesTimings(mode, delays),
      deployed: settingsOf(template),
      problems,
      watch,
      editor,
      admin,
      signal,
      resources: rollback.move(),
    });
  }

  #namespace(mode: ModeName): string {
    return this.#options.namespace ?? `lab-${mode}`;
  }
}

/** A pod that becomes ready later is to be as slow as the others. */
function workOn(admin: PodAdmin, problems: ProblemLog, signal: AbortSignal): (pod: string) => void {
  return (pod) =>
    void admin.setWork(pod, signal).catch((error: Error) => {
      if (!signal.aborted) problems.add(error.message);
    });
}

async function takeOver({ client, namespace, rollback, signal }: Place, watch: ClusterWatch): Promise<BackendEditor> {
  const editor = await BackendEditor.start(client, watch, namespace, signal);
  rollback.defer(() => editor.restore(AbortSignal.timeout(RESTORE_MS)));
  return editor;
}

/** Reads how long things take here; refuses retries that the deployed Envoy does not have. */
async function clusterDelays(place: Place, { deployed }: BackendEditor): Promise<ClusterDelays> {
  const { client, mode, namespace, options, signal } = place;
  const terminationGraceMs = 1_000 * (deployed.spec.terminationGracePeriodSeconds ?? 30);
  if (mode !== "headless" && mode !== "envoy") return { terminationGraceMs, dnsTtlMs: 0, dnsRefreshMs: 0 };
  const dnsTtlMs = await dnsCacheMs(client, signal);
  if (mode === "headless") return { terminationGraceMs, dnsTtlMs, dnsRefreshMs: 0 };
  const { dnsRefreshMs, retries } = await deployedEnvoy(client, namespace, signal);
  const { proxyRetries = retries } = options;
  if (proxyRetries === retries) return { terminationGraceMs, dnsTtlMs, dnsRefreshMs };
  throw new InputError(
    `the deployed Envoy has ${retries} retries, not ${proxyRetries}: set retry_policy.num_retries in deploy/kustomize/components/envoy-proxy/envoy.yaml and deploy it, or leave --proxy-retries out`,
  );
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

async function clearFaults(admin: PodAdmin, { pods }: ClusterWatch): Promise<void> {
  await Promise.all(pods.map(({ name }) => admin.clear(name, AbortSignal.timeout(CLEAR_MS))));
}

function assertNoTimings({ timings = {} }: StartOptions): void {
  const [name] = Object.keys(timings);
  if (name === undefined) return;
  throw new InputError(
    `the kubernetes stage cannot set the timing ${name}: its delays are the cluster's; leave it out`,
  );
}
