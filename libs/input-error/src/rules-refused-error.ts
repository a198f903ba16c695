import { InputError } from "./input-error.ts";

/** Somebody who must take traffic rules did not: an API server, a webhook, a proxy that does not start with them. */
export class RulesRefusedError extends InputError {
  override readonly name: string = "RulesRefusedError";
  /** Who: `the API server`, `istiod's webhook`, `nginx`. */
  readonly by: string;
  /** In their own words. */
  readonly reason: string;

  constructor(by: string, reason: string, options?: ErrorOptions) {
    super(`${by} refused the rules: ${reason}`, options);
    this.by = by;
    this.reason = reason;
  }
}
