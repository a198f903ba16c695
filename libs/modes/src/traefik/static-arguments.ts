import { formatAddress } from "../between/format-address.ts";
import { CLIENT_SIDE } from "./limits.ts";

/** The name of the entry point that clients call. */
export const ENTRY_POINT = "grpc";

/** Where Traefik listens, and where it hears of pods. */
export interface StaticSettings {
  /** Where clients call; without a host, on every address of both families. */
  readonly listener: { readonly host?: string; readonly port: number };
  /** Where it is asked whether it is ready (`/ping`) and what it knows (`/api`), likewise. */
  readonly admin: { readonly host?: string; readonly port: number };
  /** Arguments of the provider that tells it of routes and pods. */
  readonly provider: Readonly<Record<string, string | number | boolean>>;
}

/**
 * What Traefik is told at its start, as its command line; what it learns while it runs (its dynamic configuration) comes from the provider.
 * https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
 */
export function staticArguments({ listener, admin, provider }: StaticSettings): string[] {
  return Object.entries({
    // By default Traefik asks once a day whether there is a newer one.
    "global.checkNewVersion": false,
    [`entryPoints.${ENTRY_POINT}.address`]: formatAddress(listener),
    ...below(`entryPoints.${ENTRY_POINT}`, CLIENT_SIDE),
    // Traefik calls its admin entry point so.
    "entryPoints.traefik.address": formatAddress(admin),
    ping: true,
    // What it knows of pods can be asked without a password, and nothing can be changed: https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/
    "api.insecure": true,
    "api.dashboard": false,
    ...below("providers", provider),
  }).map(([name, value]) => `--${name}=${value}`);
}

function below(prefix: string, settings: Readonly<Record<string, string | number | boolean>>) {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}.${name}`, value]));
}
