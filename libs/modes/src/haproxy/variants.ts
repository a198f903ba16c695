/** Without `option redispatch`, as HAProxy is by default: each further attempt of a call waits for a second and goes to the same pod. */
export const NO_REDISPATCH = "no-redispatch";

/** Other ways to configure HAProxy than the mode's. */
export const VARIANTS = [NO_REDISPATCH] as const;
