import * as v from "valibot";
import { NOT_HERE } from "./not-here.ts";
import { labels, metadata, name, securityVersion } from "./schema-parts.ts";

const texts = v.optional(v.pipe(v.array(name), v.minLength(1)));
const operation = v.object({ paths: texts, notPaths: texts, methods: texts, notMethods: texts });

/**
 * An AuthorizationPolicy by what is called. Who calls (`from`) has no identity without mutual TLS.
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export const AuthorizationPolicy = v.object({
  apiVersion: securityVersion,
  kind: v.literal("AuthorizationPolicy"),
  metadata,
  spec: v.object({
    selector: v.optional(v.object({ matchLabels: labels })),
    action: v.optional(v.picklist(["ALLOW", "DENY"], NOT_HERE), "ALLOW"),
    rules: v.optional(v.array(v.object({ to: v.optional(v.array(v.object({ operation })), []) })), []),
  }),
});
