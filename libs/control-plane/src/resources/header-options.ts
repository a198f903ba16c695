import { type Json, type JsonObject, listed } from "../json.ts";
import type { HeaderChange, HeaderChanges } from "../model/mesh-route.ts";

/**
 * The fields of a `Route`, or of a weighted cluster, that change headers, as istiod's `TranslateHeadersOperations` makes them: what is set comes before
 * what is added, each by name. Changes that come later in the list come after those before.
 */
export function headerOptions(changes: readonly (HeaderChanges | undefined)[]): JsonObject {
  const requests = changes.map((change) => change?.request ?? {});
  const responses = changes.map((change) => change?.response ?? {});
  return {
    requestHeadersToAdd: listed(requests.flatMap(headersToAdd)),
    requestHeadersToRemove: listed(requests.flatMap(({ remove = [] }) => remove)),
    responseHeadersToAdd: listed(responses.flatMap(headersToAdd)),
    responseHeadersToRemove: listed(responses.flatMap(({ remove = [] }) => remove)),
  };
}

function headersToAdd({ set = {}, add = {} }: HeaderChange): Json[] {
  return [...options(set, "OVERWRITE_IF_EXISTS_OR_ADD"), ...options(add)];
}

/** To add is the enum's default, which protobuf's JSON form leaves out. */
function options(headers: Readonly<Record<string, string>>, appendAction?: "OVERWRITE_IF_EXISTS_OR_ADD"): Json[] {
  const byName = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([key, value]) => ({ header: { key, value }, appendAction }));
}
