import { json } from "node:stream/consumers";
import type { Answer } from "./fake-api-server.ts";

/** A JSON object, read and changed by path. */
type Json = Record<string, unknown>;

interface Operation {
  readonly op: "test" | "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** An object of an API server that can be read, and changed by JSON patches (RFC 6902). Each change makes a new `resourceVersion`. */
export class PatchedObject {
  #object: object = {};
  #version = 0;

  constructor(object: object) {
    this.set(object);
  }

  get now(): object {
    return this.#object;
  }

  /** Makes it what somebody else writes. */
  set(object: object): void {
    this.#version += 1;
    this.#object = { ...object, metadata: { ...at(object, "metadata"), resourceVersion: `${this.#version}` } };
  }

  /** Answers as the API server does: 422 where a `test` fails, and then nothing is changed. */
  readonly answer: Answer = async (response, request) => {
    const patch = request.method === "PATCH" ? ((await json(request)) as readonly Operation[]) : [];
    const changed = structuredClone(this.#object);
    const refused = patch.find((operation) => !apply(changed, operation));
    if (refused !== undefined)
      return response.writeHead(422).end(JSON.stringify({ message: `testing ${refused.path}` }));
    if (patch.length > 0) this.set(changed);
    return response.end(JSON.stringify(this.#object));
  };
}

/** Applies one operation; false when it is a test that fails. */
function apply(object: object, { op, path, value }: Operation): boolean {
  const keys = path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  const parent = keys.reduce((place: object, key) => at(place, key), object) as Json;
  if (op === "test") return parent[last] === value;
  if (op === "remove") delete parent[last];
  else parent[last] = value;
  return true;
}

function at(object: object, key: string): object {
  return (object as Record<string, object>)[key] ?? {};
}
