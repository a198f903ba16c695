import { ApiError } from "./api-error.ts";

/** The API server has gone back to an earlier version: its etcd was restored from a backup, or another cluster answers at its address. */
export class VersionWentBackError extends Error {
  constructor(known: string, told: string) {
    super(`the API server is at version ${told}, but was at ${known} before`);
    this.name = "VersionWentBackError";
  }
}

/**
 * Whether a version is older than another. Versions are whole numbers of any size; of others nothing is known.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isOlder(version: string, than: string): boolean {
  const areNumbers = [version, than].every((text) => /^\d+$/.test(text));
  return areNumbers && BigInt(version) < BigInt(than);
}

/** Whether one cannot watch on from a version: it is gone (410), or of a future that the API server does not know. */
export function isVersionLost(error: unknown): boolean {
  if (error instanceof VersionWentBackError) return true;
  return error instanceof ApiError && (error.statusCode === 410 || /Too large resource version/i.test(error.message));
}
