/** A value of protobuf's JSON form; members that are undefined count as absent. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A message in protobuf's JSON form (https://protobuf.dev/programming-guides/json), as istiod and Envoy print it: camelCase, durations as "1.5s". */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** A repeated field, which is absent where it has no item: so istiod and Envoy print it. */
export function listed(values: readonly Json[]): Json | undefined {
  return values.length > 0 ? values : undefined;
}

/** `google.protobuf.Duration` in protobuf's JSON form. */
export function duration(ms: number): string {
  return `${ms / 1000}s`;
}
