import { hostname } from "node:os";
import { text } from "./setting-schemas.ts";
import { type Env, readSettings, type Settings } from "./settings.ts";

/** Who answers: a pod, its address, its node, its zone and the version it runs. The fields of `greeter.v1.ServedBy`. */
export interface Identity {
  readonly pod: string;
  readonly ip: string;
  readonly node: string;
  readonly zone: string;
  readonly version: string;
}

/** The environment that names a pod; in Kubernetes the downward API fills it. */
export const identitySettings = {
  POD_NAME: { meaning: "Name in answers", default: hostname(), defaultText: "the hostname", schema: text },
  POD_IP: { meaning: "Address in answers", default: "", schema: text },
  NODE_NAME: { meaning: "Node in answers", default: "", schema: text },
  ZONE: { meaning: "Zone in answers", default: "", schema: text },
  VERSION: { meaning: "Version in answers", default: "", schema: text },
} as const satisfies Settings;

/** Reads from the environment who this process is. */
export function whoAmI(env: Env): Identity {
  const values = readSettings(identitySettings, env);
  return Object.freeze({
    pod: values.POD_NAME,
    ip: values.POD_IP,
    node: values.NODE_NAME,
    zone: values.ZONE,
    version: values.VERSION,
  });
}
