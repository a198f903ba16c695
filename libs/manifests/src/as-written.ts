import type { Manifest } from "./manifest.ts";

/**
 * What an API server fills in, and generators print empty. Source:
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#metadata
 */
const SERVER_METADATA = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

/**
 * An object as somebody has written it: without `status` and the metadata of an API server, and without nulls, which mean "not set"
 * (`creationTimestamp: null`, as `kubectl create --dry-run -o yaml` prints it).
 */
export function asWritten(object: Manifest): Manifest {
  const { status: _, ...rest } = object as Manifest & { readonly status?: unknown };
  const { metadata, ...others } = withoutNulls(rest) as Manifest & { readonly metadata: Record<string, unknown> };
  const written = Object.entries(metadata).filter(([field]) => !SERVER_METADATA.has(field));
  const { generateName, name = generateName, ...more } = Object.fromEntries(written);
  return { ...others, metadata: { ...more, name } } as Manifest;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const set = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(set.map(([name, field]) => [name, withoutNulls(field)]));
}
