import * as v from "valibot";
import { duration } from "./duration.ts";
import { durationMs } from "./duration-ms.ts";

/** A text that is not empty. */
export const name = v.pipe(v.string(), v.nonEmpty());
/** Labels of Kubernetes. */
export const labels = v.record(v.string(), v.string());
/** A whole number from 0. */
export const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
/** From 0 to 100. */
export const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
/** `Percent`; like any number of protobuf that is not given, `value` is 0. */
export const percentage = v.object({ value: v.optional(percent, 0) });
/** A duration of at least 1 ms, as Istio's validation has it. */
export const lastingDuration = v.pipe(
  duration,
  v.check((text) => durationMs(text) >= 1, "must be at least 1ms"),
);
/** What is read of an object's metadata. */
export const metadata = v.object({
  name,
  namespace: v.optional(name),
  labels: v.optional(labels),
  annotations: v.optional(labels),
});
/** Versions of Istio's traffic rules, which differ in their names alone. */
export const networkingVersion = v.picklist([
  "networking.istio.io/v1",
  "networking.istio.io/v1beta1",
  "networking.istio.io/v1alpha3",
]);
/** Likewise of its rules of security. */
export const securityVersion = v.picklist(["security.istio.io/v1", "security.istio.io/v1beta1"]);
