/** A dialect where there is little room: `gRPC service config` becomes `gRPC`. */
export function shortDialect(dialect: string): string {
  return dialect.split(" ")[0] ?? dialect;
}

/** What a column is called: `sidecar (Istio)`. */
export function columnName({ mode, dialect }: { readonly mode: string; readonly dialect: string }): string {
  return `${mode} (${shortDialect(dialect)})`;
}
