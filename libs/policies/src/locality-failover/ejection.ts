import type { JsonObject } from "@grpc-lb-lab/stage-api";

/**
 * When a pod is taken for ill: after three errors in a row, for longer than any trial; and all of a zone may be.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export const EJECTION: JsonObject = {
  consecutive5xxErrors: 3,
  interval: "1s",
  baseEjectionTime: "60s",
  maxEjectionPercent: 100,
};
