/** A pod as its workload is made for it. */
export interface PodIdentity {
  /** `backend-1` */
  readonly name: string;
  readonly zone: string;
  readonly node: string;
  readonly version: string;
}

/** What runs in a pod, and where: an application, and a proxy beside it where the mode has one. */
export interface Workload {
  /** The pod's address; it may change with a start. */
  readonly ip: string;
  /** `host:port` where its calls are answered. */
  readonly grpcAddress: string;
  /** `host:port` of the application's admin port, as the lab reaches it. */
  readonly adminAddress: string;
  /**
   * Starts the application, and at the first time what stands beside it; resolves when the pod is ready.
   * @throws {InputError} when it does not become ready.
   */
  start(signal: AbortSignal): Promise<RunningApplication>;
  /** Kills the application; what is left of a crash is its exit, 137 as Kubernetes counts it. */
  kill(): Promise<void>;
  /** SIGTERM to the application, also to one that is just starting, SIGKILL after `graceMs`; then ends what stands beside it. */
  terminate(graceMs: number): Promise<void>;
}

/** An application that has become ready. */
export interface RunningApplication {
  /** Resolves with its end, whatever the reason; never rejects. */
  readonly exited: Promise<unknown>;
}

/** What a pod's application is told of its place, by the downward API in a cluster; its faults can be set. */
export function podEnv({ name, node, zone, version }: PodIdentity, ip?: string): Record<string, string> {
  return {
    POD_NAME: name,
    ...(ip === undefined ? {} : { POD_IP: ip }),
    NODE_NAME: node,
    ZONE: zone,
    VERSION: version,
    FAULTS: "on",
  };
}
