import type protobuf from "protobufjs";

const WRAPPERS = new Set(
  ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"].map(
    (kind) => `.google.protobuf.${kind}Value`,
  ),
);

/** Whether protobuf's JSON form has the bare value in place of messages of the type. */
export function isWrapper(type: protobuf.Type): boolean {
  return WRAPPERS.has(type.fullName);
}

/** A field's name in protobuf's JSON form. protobufjs's own camelCase leaves `proxy_100_continue` half converted. */
export function jsonName(declared: string): string {
  return declared.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
