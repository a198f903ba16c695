import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import type { Manifest } from "./manifest.ts";
import type { Finding } from "./rule.ts";
import type { SchemaSet } from "./schema/collect-schemas.ts";
import { SCHEMA_FILE } from "./schema/schema-file.ts";

/** Checks manifests against the schemas of Kubernetes and of Istio's CRDs; unknown fields are wrong. CEL rules are the API server's alone. */
export class SchemaCheck {
  readonly #kinds: SchemaSet["kinds"];
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  /** @param set the schemas; default: those of this project */
  constructor(set: SchemaSet = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))) {
    this.#kinds = set.kinds;
    this.#ajv.addSchema({ $id: "kubernetes", definitions: set.definitions });
  }

  /** What is wrong with `manifest`. */
  check(manifest: Manifest): Finding[] {
    const name = this.#kinds[`${manifest.apiVersion}/${manifest.kind}`];
    if (name === undefined) return [unknownKind(manifest)];
    this.#ajv.validate({ $ref: `kubernetes#/definitions/${name}` }, manifest);
    return (this.#ajv.errors ?? []).map((error) => ({
      object: manifest,
      reason: `${error.instancePath.slice(1).replaceAll("/", ".") || "it"} ${explain(error)}`,
      remedy: mustBeText(error) ? "quote it" : "see `kubectl explain`",
    }));
  }
}

function unknownKind(object: Manifest): Finding {
  return {
    object,
    reason: `${object.apiVersion} ${object.kind} has no schema here`,
    remedy: "correct it, or add the kind to schema/kinds.ts and generate the schemas",
  };
}

/** As with `value: on`. */
function mustBeText({ keyword, params }: ErrorObject): boolean {
  return keyword === "type" && params.type === "string";
}

function explain({ keyword, params, message }: ErrorObject): string {
  if (keyword === "additionalProperties") return `has the unknown field ${params.additionalProperty}`;
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  return message ?? keyword;
}
