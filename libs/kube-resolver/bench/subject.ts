/** What is measured: this library, an informer of @kubernetes/client-node in its place, or grpc-js alone, to see what both add. */
export type Subject = "kube-resolver" | "informer" | "grpc-js alone";

/** What a subject's process does. */
export interface Task {
  readonly subject: Subject;
  /** URL of the API server. */
  readonly server: string;
  /** Services to follow. */
  readonly services: readonly string[];
  /** Calls the Service without a pause, over a channel; else resolvers are asked, with no channel. */
  readonly calls: boolean;
}

/** What a subject's process is asked: what it has used, or its resident memory in MiB after a garbage collection. */
export type Question = "usage" | "collect";

/** What a subject's process has used so far. */
export interface Usage {
  /** User and system time of the process. */
  readonly cpuMs: number;
  /** How often a resolver reported endpoints. */
  readonly reports: number;
}

/** The namespace of the bench's Services. */
export const namespace = "shop";
