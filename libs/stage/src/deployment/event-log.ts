import { monotonicMs } from "@grpc-lb-lab/measure";
import type { DeploymentEvent } from "@grpc-lb-lab/stage-api";

/** The events of a deployment in order, and those who wait for one. */
export class EventLog {
  readonly events: DeploymentEvent[] = [];
  readonly #waiters = new Set<(event: DeploymentEvent) => void>();

  add(kind: DeploymentEvent["kind"], pod: string): void {
    const event = { atMs: monotonicMs(), kind, pod };
    this.events.push(event);
    for (const waiter of [...this.#waiters]) waiter(event);
  }

  /** Resolves with the first event, past or future, that `matches`. */
  waitFor(matches: (event: DeploymentEvent) => boolean, signal: AbortSignal): Promise<DeploymentEvent> {
    const past = this.events.find(matches);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const waiter = (event: DeploymentEvent) => {
        if (!matches(event)) return;
        end();
        resolve(event);
      };
      const abort = () => {
        end();
        reject(signal.reason);
      };
      const end = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", abort);
      };
      if (signal.aborted) return abort();
      this.#waiters.add(waiter);
      signal.addEventListener("abort", abort, { once: true });
    });
  }
}
