import type { XdsType } from "../xds-type.ts";

/** One step of pushing a change. */
export interface PushStep {
  readonly type: XdsType;
  /** Keep what was removed: something may still refer to it. */
  readonly keepRemoved: boolean;
  /** Types whose last response must be answered first, as this one refers to them. */
  readonly after: readonly XdsType[];
}

/**
 * Make before break: https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 *
 * Clusters come before their endpoints, both before the listeners and routes that lead to them, and clusters go last. A step that has
 * nothing new for a client is skipped, so a change is one push of each type that it touches; only a change that both adds and removes
 * clusters takes two of CDS.
 */
export const PUSH_STEPS: readonly PushStep[] = [
  { type: "CDS", keepRemoved: true, after: [] },
  { type: "EDS", keepRemoved: false, after: ["CDS"] },
  { type: "LDS", keepRemoved: false, after: ["CDS", "EDS"] },
  { type: "RDS", keepRemoved: false, after: ["CDS", "EDS", "LDS"] },
  { type: "CDS", keepRemoved: false, after: ["LDS", "RDS"] },
];
