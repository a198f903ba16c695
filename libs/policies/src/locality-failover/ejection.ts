import type { JsonObject } from "@grpc-lb-lab/stage-api";
import { seconds } from "../dialects/envoy.ts";

/** How often who counts errors by intervals looks. */
export const INTERVAL_MS = 1_000;

/**
 * When a pod is taken for ill: after three errors in a row, for longer than any trial; and all of a zone may be.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export const EJECTION: JsonObject = {
  consecutive5xxErrors: 3,
  interval: seconds(INTERVAL_MS),
  baseEjectionTime: "60s",
  maxEjectionPercent: 100,
};
