import type { Refusal } from "@grpc-lb-lab/stage-api";

/** Who did not take the rules that were asked for: each once, however often it is told them. */
export class RefusalLog {
  readonly refusals: Refusal[] = [];

  add(refusal: Refusal): void {
    const isKnown = this.refusals.some(({ by, reason }) => by === refusal.by && reason === refusal.reason);
    if (!isKnown) this.refusals.push(refusal);
  }
}
