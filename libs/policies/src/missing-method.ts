import { type App, METHODS_OF, type Method } from "@grpc-lb-lab/stage-api";
import type { Trial } from "./policy.ts";

/** A method that a trial calls and an application does not have; undefined: it has all of them. */
export function missingMethod({ load }: Pick<Trial, "load">, app: App): Method | undefined {
  const called = (load.kinds ?? [{}]).map(({ method = "SayHello" }): Method => method);
  return called.find((method) => !METHODS_OF[app].includes(method));
}
