import { writeFileSync } from "node:fs";
import { connectCluster } from "@grpc-lb-lab/cluster";
import { collectSchemas, type OpenApi } from "./collect-schemas.ts";
import { KINDS } from "./kinds.ts";
import { SCHEMA_FILE } from "./schema-file.ts";

/**
 * Writes the schemas anew from the cluster of the context CONTEXT, which must have Istio: the API server's own description of what
 * it takes, its CRDs included. Rename {@link SCHEMA_FILE} for other versions.
 */
const { client } = await connectCluster(process.env.CONTEXT);
const documents = new Map<string, OpenApi>();
for (const path of Object.keys(KINDS)) documents.set(path, await client.get<OpenApi>(`/openapi/v3/${path}`));
const schemas = collectSchemas(KINDS, (path) => documents.get(path) ?? { components: { schemas: {} } });
writeFileSync(SCHEMA_FILE, `${JSON.stringify(schemas)}\n`);
