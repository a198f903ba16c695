/** What there is an overlay and a values file for. */
export const MODES = ["plain", "headless", "watch", "envoy", "sidecar", "proxyless"] as const;
