/** Rules come from this machine only. */
export const RULES_HOST = "127.0.0.1";

/** Where `lab up proxyless --app echo` takes rules unless `--rules-port` says otherwise. */
export const RULES_PORT = 17_170;
