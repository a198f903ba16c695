import type { Mode, Stage, StartOptions } from "@grpc-lb-lab/stage-api";

/** A stage that accepts rules and puts none in force, behind the back of whoever asks. */
export class DeafStage implements Stage {
  readonly #stage: Stage;
  readonly name;
  readonly what;
  readonly abilities;

  constructor(stage: Stage) {
    this.#stage = stage;
    ({ name: this.name, what: this.what, abilities: this.abilities } = stage);
  }

  start(mode: Mode, options: StartOptions) {
    return this.#stage.start(mode, { ...options, rules: undefined });
  }
}
