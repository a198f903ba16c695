import { writeFile } from "node:fs/promises";
import { JSON_SCHEMA_FILE, resultJsonSchemaText } from "./json-schema.ts";

await writeFile(JSON_SCHEMA_FILE, resultJsonSchemaText());
