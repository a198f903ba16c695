import type { Chooser } from "./chooser.ts";
import type { EndpointLoad } from "./endpoint-load.ts";

/** The loads of endpoints that have left the list, kept as long as they matter: an endpoint may come back while its calls are still under way. */
export class EndpointLoads<Load extends EndpointLoad> {
  readonly #chooser: Pick<Chooser<never, Load>, "newLoad" | "isForgettable">;
  readonly #gone = new Map<string, Load>();

  constructor(chooser: Pick<Chooser<never, Load>, "newLoad" | "isForgettable">) {
    this.#chooser = chooser;
  }

  /** The load of an endpoint that comes into the list: its own if it was there before and that still matters, else a new one. */
  enter(key: string): Load {
    const known = this.#gone.get(key);
    this.#gone.delete(key);
    return known ?? this.#chooser.newLoad();
  }

  leave(key: string, load: Load): void {
    this.#gone.set(key, load);
  }

  /** Lets go of those that no longer matter. */
  forget(): void {
    for (const [key, load] of this.#gone) if (this.#chooser.isForgettable(load)) this.#gone.delete(key);
  }
}
