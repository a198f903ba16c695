import type { ClusterReader } from "@grpc-lb-lab/stage-api";

/** Where each pod of a proxy tells of the pods that it balances over. */
export interface KnownPods {
  /** The proxy's Deployment, and its `app` label. */
  readonly deployment: string;
  readonly port: number;
  readonly path: string;
  /** The addresses in such an answer, in order. */
  readonly read: (answer: string) => readonly string[];
}

/** Whether each pod of the proxy knows exactly these addresses; one that does not answer knows none. */
export async function everyPodKnows(
  cluster: ClusterReader,
  { deployment, port, path, read }: KnownPods,
  addresses: readonly string[],
): Promise<boolean> {
  const wanted = addresses.toSorted().join();
  const answers = await cluster.podAnswers(deployment, port, path);
  return answers.every((answer) => answer !== undefined && read(answer).join() === wanted);
}
