import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import type { Manifest } from "./manifest.ts";
import type { Finding } from "./rule.ts";
import type { SchemaSet } from "./schema/collect-schemas.ts";
import { SCHEMA_FILE } from "./schema/schema-file.ts";

/** Checks manifests against the schemas of Kubernetes and of Istio's CRDs; unknown fields are wrong. CEL rules are the API server's alone. */
export class SchemaCheck {
  readonly #kinds: SchemaSet["kinds"];
  /** It says on stderr which formats it does not know, and the schemas keep those that stand in alternatives, as of a Gateway's addresses. */
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

  /** @param set the schemas; default: those of this project */
  constructor(set: SchemaSet = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))) {
    this.#kinds = set.kinds;
    this.#ajv.addSchema({ $id: "kubernetes", definitions: set.definitions });
  }

  /** Holds `manifest` against the schema of its kind. */
  check(manifest: Manifest): SchemaFindings {
    const name = this.#nameOf(manifest);
    if (name === undefined) return { misfits: [], unknown: unknownKind(manifest), isReadable: true };
    const fits = this.#ajv.getSchema(`kubernetes#/definitions/${name}`); // Compiled once a kind.
    if (fits === undefined) throw new Error(`the schemas lack ${name}`);
    fits(manifest);
    const errors = fits.errors ?? [];
    return {
      misfits: errors.map((error) => misfit(manifest, error)),
      unknown: undefined,
      isReadable: !errors.some(isOfType),
    };
  }

  /** Istio serves one schema in several versions (https://istio.io/latest/blog/2024/v1-apis/). */
  #nameOf({ apiVersion, kind }: Manifest): string | undefined {
    const [group = "", version = ""] = apiVersion.split("/");
    const isOlder = group.endsWith(".istio.io") && ["v1alpha3", "v1beta1"].includes(version);
    return this.#kinds[`${apiVersion}/${kind}`] ?? (isOlder ? this.#kinds[`${group}/v1/${kind}`] : undefined);
  }
}

/** What {@link SchemaCheck.check} has found. */
export interface SchemaFindings {
  readonly misfits: readonly Finding[];
  /** Of a kind, or a version of it, that there is no schema of here. */
  readonly unknown: Finding | undefined;
  /** Whether its fields have the types that rules read them by; so taken where the kind is not known. */
  readonly isReadable: boolean;
}

function misfit(object: Manifest, error: ErrorObject): Finding {
  const field = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : unescapePointer(part)));
  return {
    object,
    field,
    reason: `${field.join(".") || "it"} ${explain(error)}`,
    remedy: mustBeText(error) ? "quote it" : "see `kubectl explain`",
  };
}

/** RFC 6901. */
function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function unknownKind(object: Manifest): Finding {
  return {
    object,
    field: ["kind"],
    reason: `${object.apiVersion} ${object.kind} is not known to the lab, and its fields are not checked`,
    remedy: "see `kubectl explain` whether they are right",
  };
}

function isOfType({ keyword }: ErrorObject): boolean {
  return keyword === "type" || keyword === "required";
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
