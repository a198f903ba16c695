import { InputError } from "@grpc-lb-lab/input-error";
import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import { asWritten } from "./as-written.ts";
import type { Manifest } from "./manifest.ts";
import { type FieldPath, type Origin, readAt } from "./origin.ts";

/**
 * Reads YAML or JSON documents as Kubernetes does: by YAML 1.1, where `no` is a boolean. Lists become their items, as `kubectl get -o yaml` prints
 * them; what an API server fills in is left out ({@link asWritten}).
 * @param source the name of the text, for messages and origins
 * @throws {InputError} when it is not YAML, or a document is not a Kubernetes object.
 */
export function readManifests(text: string, source: string): Manifest[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { version: "1.1", lineCounter: lines }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new InputError(`${source} is not valid YAML: ${error.message.split("\n", 1)[0]}`);
    const value: unknown = document.toJS();
    if (value === null) return [];
    return objectsOf(value, []).map(({ object, path }) => {
      if (!isManifest(object)) {
        throw new InputError(
          `${source} has a document that is not a Kubernetes object: it needs apiVersion, kind and metadata.name`,
        );
      }
      return readAt(asWritten(object), originIn(document, { source, lines, path }));
    });
  });
}

interface Found {
  readonly object: unknown;
  readonly path: FieldPath;
}

interface ListOfObjects {
  readonly apiVersion: string;
  readonly kind: string;
  readonly items: readonly object[];
}

/** The items of a list, which may be lists themselves; else the object. Items of `DeploymentList` need not say what they are. */
function objectsOf(value: unknown, path: FieldPath): Found[] {
  if (!isList(value)) return [{ object: value, path }];
  const { apiVersion, kind, items } = value;
  const ofItems = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item, index) => objectsOf({ ...ofItems, ...item }, [...path, "items", index]));
}

function isList(value: unknown): value is ListOfObjects {
  const { kind, items } = (value ?? {}) as Partial<ListOfObjects>;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
}

/** One that the API server is to name (`generateName`) has a name here, too. */
function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest> & {
    readonly metadata?: { readonly name?: unknown; readonly generateName?: unknown };
  };
  return (
    typeof apiVersion === "string" &&
    typeof kind === "string" &&
    [metadata?.name, metadata?.generateName].some((name) => name !== undefined)
  );
}

/** Where an object is that stands at `path` of a document. */
function originIn(
  document: Document,
  { source, lines, path }: { readonly source: string; readonly lines: LineCounter; readonly path: FieldPath },
): Origin {
  return {
    file: source,
    lineOf(field) {
      for (let depth = field.length; depth >= 0; depth--) {
        const node = document.getIn([...path, ...field.slice(0, depth)], true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}
