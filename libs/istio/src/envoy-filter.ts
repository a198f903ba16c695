import * as v from "valibot";
import { NOT_HERE } from "./not-here.ts";
import { labels, metadata, name } from "./schema-parts.ts";

const MANAGER = "envoy.filters.network.http_connection_manager";

/** What of the filter chain is patched: its connection manager, or a place before one of the HTTP filters in it. */
const filter = v.object({ name: v.literal(MANAGER, NOT_HERE), subFilter: v.optional(v.object({ name })) });

/**
 * An EnvoyFilter that inserts HTTP filters before the pod's application, by which Istio's documents limit rates.
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export const EnvoyFilter = v.object({
  apiVersion: v.literal("networking.istio.io/v1alpha3"),
  kind: v.literal("EnvoyFilter"),
  metadata,
  spec: v.object({
    workloadSelector: v.optional(v.object({ labels })),
    configPatches: v.array(
      v.object({
        applyTo: v.literal("HTTP_FILTER", NOT_HERE),
        match: v.object({
          context: v.literal("SIDECAR_INBOUND", NOT_HERE),
          listener: v.optional(v.object({ filterChain: v.optional(v.object({ filter: v.optional(filter) })) })),
        }),
        patch: v.object({
          operation: v.picklist(["INSERT_BEFORE", "INSERT_FIRST"], NOT_HERE),
          value: v.record(v.string(), v.unknown()),
        }),
      }),
    ),
  }),
});
