/** The experiments' names, here so that help and parsing load none of them (a test holds the two lists together). */
export const EXPERIMENT_NAMES = ["share", "scale-up", "pod-crash", "rollout"] as const;
