import type { Refusal } from "@grpc-lb-lab/stage-api";
import type { DeploymentContext } from "./deployment-context.ts";
import { RefusalLog } from "./refusal-log.ts";

/** What stands in for a cluster, as far as it is what the deployment was asked for; the parts that it starts are each stage's own. */
export abstract class AskedCluster<Context extends DeploymentContext> {
  /** What stands in for what, in words, in the order in which it was started. */
  readonly simulated: string[] = [];
  protected readonly context: Context;
  protected readonly refusalLog = new RefusalLog();

  constructor(context: Context) {
    this.context = context;
  }

  get namespace() {
    return this.context.namespace;
  }
  get timings(): Context["timings"] {
    return this.context.timings;
  }
  get proxyRetries() {
    return this.context.proxyRetries;
  }
  get proxyVariant() {
    return this.context.proxyVariant;
  }
  get proxyWorkers() {
    return this.context.proxyWorkers;
  }
  get rules() {
    return this.context.rules;
  }
  get hasCanary() {
    return this.context.canaryPods > 0;
  }

  /** Who does not take the rules that were asked for. */
  get refusals(): readonly Refusal[] {
    return this.refusalLog.refusals;
  }
}
