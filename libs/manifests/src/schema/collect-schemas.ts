import { type Schema, strictSchema } from "./strict-schema.ts";

/** The part of an OpenAPI document that is read. */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The schemas of manifests: the names of their definitions by `<apiVersion>/<kind>`, and all definitions that these need. */
export interface SchemaSet {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** What the API server fills in; a manifest that has it was copied from a cluster. */
const SERVER_FIELDS = ["status", "managedFields"];

/** Gathers the definitions of `kinds` and of what they refer to; `load` gets the OpenAPI v3 document of an API path. */
export function collectSchemas(
  kinds: Readonly<Record<string, readonly string[]>>,
  load: (path: string) => OpenApi,
): SchemaSet {
  const names = new Map<string, string>();
  const definitions = new Map<string, Schema>();
  for (const [path, wanted] of Object.entries(kinds)) {
    const { schemas } = load(path).components;
    for (const kind of wanted) {
      const version = path.replace(/^apis?\//, "");
      const name = Object.keys(schemas).find((key) => describes(schemas[key], version, kind));
      if (name === undefined) throw new Error(`the cluster describes no ${kind} at ${path}: is Istio installed?`);
      names.set(`${version}/${kind}`, name);
      collect(name, schemas, definitions);
    }
  }
  return {
    kinds: Object.fromEntries(names),
    definitions: Object.fromEntries([...definitions].toSorted(([a], [b]) => a.localeCompare(b))),
  };
}

function describes(schema: Schema | undefined, apiVersion: string, kind: string): boolean {
  const ids = (schema?.["x-kubernetes-group-version-kind"] ?? []) as { group: string; version: string; kind: string }[];
  return ids.some((id) => [id.group, id.version].filter(Boolean).join("/") === apiVersion && id.kind === kind);
}

function collect(name: string, schemas: OpenApi["components"]["schemas"], into: Map<string, Schema>): void {
  const schema = schemas[name];
  if (schema === undefined || into.has(name)) return;
  const given = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const properties = Object.fromEntries(given.filter(([property]) => !SERVER_FIELDS.includes(property)));
  const strict = strictSchema(schema.properties === undefined ? schema : { ...schema, properties });
  into.set(name, strict);
  for (const [, next] of JSON.stringify(strict).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (next !== undefined) collect(next, schemas, into);
  }
}
