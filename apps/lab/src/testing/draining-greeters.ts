import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { answerAs, startTestGreeter } from "./test-greeter.ts";

/** What the thread of greeters is started with. */
export interface DrainingGreeters {
  readonly greeters: number;
  /** Its first word becomes 1, and its waiters are notified, when every connection has been told to go away. */
  readonly drained: Int32Array;
}

/**
 * A thread of gRPC servers, so that they act while the test's own thread does not. Posts their target once they listen. Any message makes
 * each send GOAWAY to its clients, as servers do that age their connections, and go on listening.
 */
async function serve({ greeters, drained }: DrainingGreeters): Promise<void> {
  const started = await Promise.all(Array.from({ length: greeters }, (_, i) => startTestGreeter(answerAs(`pod-${i}`))));
  parentPort?.on("message", () => {
    for (const greeter of started) greeter.drain();
    // Node writes the frames in an immediate of its own, which comes before this one.
    setImmediate(() => {
      Atomics.store(drained, 0, 1);
      Atomics.notify(drained, 0);
    });
  });
  parentPort?.postMessage(`ipv4:${started.map(({ target }) => target).join(",")}`);
}

if (!isMainThread) await serve(workerData as DrainingGreeters);
