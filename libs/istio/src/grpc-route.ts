import * as v from "valibot";

const name = v.pipe(v.string(), v.nonEmpty());
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const weight = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const percent = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));

const backend = v.object({ group: v.optional(v.literal("")), kind: v.optional(v.literal("Service")), name, port });
const header = v.object({ name, value: v.string() });
const headerModifier = v.object({
  set: v.optional(v.array(header), []),
  add: v.optional(v.array(header), []),
  remove: v.optional(v.array(name), []),
});
const headerFilters = [
  v.object({ type: v.literal("RequestHeaderModifier"), requestHeaderModifier: headerModifier }),
  v.object({ type: v.literal("ResponseHeaderModifier"), responseHeaderModifier: headerModifier }),
] as const;
const mirrorFilter = v.object({
  type: v.literal("RequestMirror"),
  requestMirror: v.object({
    backendRef: backend,
    percent: v.optional(percent),
    fraction: v.optional(v.object({ numerator: v.number(), denominator: v.optional(v.number(), 100) })),
  }),
});
const matchType = v.optional(v.picklist(["Exact", "RegularExpression"]), "Exact");
const match = v.object({
  method: v.optional(
    v.pipe(
      v.object({ type: matchType, service: v.optional(name), method: v.optional(name) }),
      v.check(
        ({ service, method }) => service !== undefined || method !== undefined,
        "One or both of 'service' or 'method' must be specified",
      ),
    ),
  ),
  headers: v.optional(v.array(v.object({ type: matchType, name, value: v.string() })), []),
});

/**
 * A GRPCRoute as the CRD of the standard channel has it, without references to other objects (`ExtensionRef`).
 * @see https://gateway-api.sigs.k8s.io/api-types/grpcroute/
 */
export const GrpcRoute = v.object({
  apiVersion: v.literal("gateway.networking.k8s.io/v1"),
  kind: v.literal("GRPCRoute"),
  metadata: v.object({ name }),
  spec: v.object({
    parentRefs: v.optional(
      v.array(v.object({ group: v.optional(v.string()), kind: v.string(), name, port: v.optional(port) })),
    ),
    rules: v.optional(
      v.array(
        v.object({
          name: v.optional(name),
          matches: v.optional(v.array(match), []),
          filters: v.optional(v.array(v.variant("type", [...headerFilters, mirrorFilter])), []),
          backendRefs: v.optional(
            v.array(
              v.object({
                ...backend.entries,
                weight: v.optional(weight, 1),
                filters: v.optional(v.array(v.variant("type", headerFilters)), []),
              }),
            ),
            [],
          ),
        }),
      ),
      [],
    ),
  }),
});
export type GrpcRoute = v.InferOutput<typeof GrpcRoute>;

/** One rule of a GRPCRoute. */
export type GrpcRouteRule = GrpcRoute["spec"]["rules"][number];
