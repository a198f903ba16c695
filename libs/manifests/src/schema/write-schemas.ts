import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { collectSchemas } from "./collect-schemas.ts";
import { KINDS } from "./kinds.ts";
import { SCHEMA_FILE } from "./schema-file.ts";

/**
 * Writes the schemas anew from the cluster of kubectl's current context, which must have Istio: the API server's own description of what
 * it takes, its CRDs included. Rename {@link SCHEMA_FILE} for other versions.
 */
const schemas = collectSchemas(KINDS, (path) => JSON.parse(kubectl("get", "--raw", `/openapi/v3/${path}`)));
writeFileSync(SCHEMA_FILE, `${JSON.stringify(schemas)}\n`);

function kubectl(...args: string[]): string {
  return execFileSync("kubectl", args, { encoding: "utf8", maxBuffer: 2 ** 26 });
}
