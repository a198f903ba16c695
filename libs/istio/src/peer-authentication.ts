import * as v from "valibot";
import { labels, metadata, securityVersion } from "./schema-parts.ts";

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export const PeerAuthentication = v.object({
  apiVersion: securityVersion,
  kind: v.literal("PeerAuthentication"),
  metadata,
  spec: v.object({
    selector: v.optional(v.object({ matchLabels: labels })),
    mtls: v.optional(v.object({ mode: v.picklist(["UNSET", "DISABLE", "PERMISSIVE", "STRICT"]) })),
  }),
});
