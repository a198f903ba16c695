import { parseAllDocuments } from "yaml";
import { InputError } from "./input-error.ts";

/** A Kubernetes object as a manifest has it. Rules read `spec` and the rest through the types of their own questions. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/**
 * Reads YAML documents as Kubernetes does: by YAML 1.1, where `no` is a boolean.
 * @param source the name of the text, for messages
 * @throws {InputError} when it is no YAML, or a document no Kubernetes object.
 */
export function readManifests(text: string, source: string): Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new InputError(`${source} is no YAML: ${error.message.split("\n", 1)[0]}`);
    const value: unknown = document.toJS();
    if (value === null) return [];
    if (!isManifest(value)) {
      throw new InputError(
        `${source} has a document that is no Kubernetes object: it needs apiVersion, kind and metadata.name`,
      );
    }
    return [value];
  });
}

function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>;
  return typeof apiVersion === "string" && typeof kind === "string" && metadata?.name !== undefined;
}

/** How problems name an object: `Deployment/backend`. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}
