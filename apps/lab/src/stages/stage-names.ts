/** The stages that runs can be made on, here so that help and parsing load none of them. */
export const STAGE_NAMES = ["local", "containers", "kubernetes"] as const;
export type StageName = (typeof STAGE_NAMES)[number];
