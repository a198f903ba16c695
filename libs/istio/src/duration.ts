import * as v from "valibot";

/** A duration as Go writes it: `1.5s`, `200ms`, `1m30s`. */
export const duration = v.pipe(
  v.string(),
  v.regex(/^(\d+(\.\d+)?(h|m|s|ms|us|ns))+$/, "must be a duration such as 1.5s or 200ms"),
);
