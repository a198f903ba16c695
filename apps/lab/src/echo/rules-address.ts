/** Rules come from this machine only. */
export const RULES_HOST = "127.0.0.1";

/** Where `lab up proxyless --app echo` takes rules unless `--rules-port` says otherwise. */
export const RULES_PORT = 17_170;

/** The port that Istio's walk-through forwards to a pod of version v1. */
export const FORWARDED_PORT = 17_171;
