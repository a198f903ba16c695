/** A JSON schema, or a part of one. */
export type Schema = { readonly [key: string]: unknown };

/** Keywords that say what a value must be. The rest are descriptions, formats and Kubernetes' hints for merging. */
const KEPT = new Set([
  ...["type", "required", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems"],
  ...["oneOf", "anyOf", "not"],
]);

/**
 * Turns a schema of an API server's OpenAPI into one that refuses unknown fields, as `kubectl apply` does by its server-side field
 * validation (https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation), and leaves its descriptions out.
 */
export function strictSchema(schema: Schema): Schema {
  const reference = soleReference(schema);
  if (reference !== undefined) return { $ref: reference.replace("#/components/schemas/", "#/definitions/") };
  const kept = Object.entries(schema).filter(([keyword]) => KEPT.has(keyword));
  return { ...Object.fromEntries(kept), ...properties(schema), ...items(schema) };
}

/** OpenAPI wraps a reference that has a description in `allOf`. */
function soleReference({ $ref, allOf }: Schema): string | undefined {
  const [only] = (allOf ?? []) as readonly Schema[];
  return ($ref ?? only?.$ref) as string | undefined;
}

function properties(schema: Schema): Schema {
  const { additionalProperties, "x-kubernetes-preserve-unknown-fields": open } = schema;
  if (typeof additionalProperties === "object" && additionalProperties !== null) {
    return { additionalProperties: strictSchema(additionalProperties as Schema) };
  }
  if (schema.properties === undefined) return {};
  const known = Object.entries(schema.properties as Record<string, Schema>);
  return {
    properties: Object.fromEntries(known.map(([name, property]) => [name, strictSchema(property)])),
    ...(open === true ? {} : { additionalProperties: false }),
  };
}

function items({ items: each }: Schema): Schema {
  return each === undefined ? {} : { items: strictSchema(each as Schema) };
}
