import type { EnvoyBootstrap } from "./bootstrap.ts";

/**
 * Envoy's command line for a configuration, which is handed over as `--config-yaml`: nothing is written to disk. At most 128 KiB as JSON (Linux's
 * limit of one argument). One worker thread unless asked otherwise, for each balances for itself, so that a rotation is exact with one only.
 */
export function envoyArguments(config: EnvoyBootstrap, workers = 1): string[] {
  const settings = ["--disable-hot-restart", "--concurrency", String(workers), "--log-level", "warning"];
  return ["--config-yaml", JSON.stringify(config), ...settings];
}
