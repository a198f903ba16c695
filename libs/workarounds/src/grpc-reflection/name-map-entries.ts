import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/**
 * Names the entry types of maps as protoc does, in an encoded FileDescriptorProto of protobufjs (`@grpc/proto-loader`): protobufjs names the entry
 * type of a map `Statuses`; grpcurl and others refuse the file unless it is `StatusesEntry`.
 * Source: https://protobuf.dev/programming-guides/proto3/#backwards, "Backwards Compatibility" of maps.
 */
export function nameMapEntries(bytes: Uint8Array): Uint8Array {
  const file = fromBinary(FileDescriptorProtoSchema, bytes);
  for (const { field: fields, nestedType } of file.messageType) {
    for (const entry of nestedType.filter(({ options }) => options?.mapEntry)) {
      const ofMap = fields.filter(({ typeName }) => typeName === entry.name);
      entry.name += "Entry";
      for (const field of ofMap) field.typeName = entry.name;
    }
  }
  return toBinary(FileDescriptorProtoSchema, file);
}
