/** The names of the experiments that run on every stage, here so that help and parsing load none of them (a test holds the two lists together). */
export const EXPERIMENT_NAMES = ["share", "scale-up", "pod-crash", "rollout"] as const;

/** Those that need a network between the pods. */
export const NETWORK_EXPERIMENT_NAMES = ["dead-peer"] as const;

/** Those that need to know what containers use. */
export const METERED_EXPERIMENT_NAMES = ["cost", "cost-plaintext"] as const;
