import type { JsonObject } from "../json.ts";
import type { HeaderMatch, RouteMatch, StringMatch } from "../model/mesh-route.ts";

/** `RouteMatch` as istiod's `TranslateRouteMatch` makes it: headers by name, the method after them. */
export function routeMatch({ path, headers = {}, httpMethod }: RouteMatch = {}): JsonObject {
  const byName = Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all: [string, HeaderMatch][] = httpMethod === undefined ? byName : [...byName, [":method", httpMethod]];
  const headerMatchers = all.map(([name, match]) => ({ name, ...headerMatchOf(match) }));
  return {
    ...(path === undefined ? { prefix: "/" } : { ...pathMatchOf(path), caseSensitive: true }),
    headers: headerMatchers.length > 0 ? headerMatchers : undefined,
  };
}

function pathMatchOf(match: StringMatch): JsonObject {
  if ("exact" in match) return { path: match.exact };
  return "prefix" in match ? { prefix: match.prefix } : { safeRegex: { regex: match.regex } };
}

function headerMatchOf(match: HeaderMatch): JsonObject {
  return "present" in match ? { presentMatch: true } : { stringMatch: stringMatchOf(match) };
}

function stringMatchOf(match: StringMatch): JsonObject {
  return "regex" in match ? { safeRegex: { regex: match.regex } } : { ...match };
}
