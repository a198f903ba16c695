import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { nameMapEntries } from "./name-map-entries.ts";

// libs/rpc, build-server.test.ts asks the reflection of a real server.
it("names a map's entry type as protoc does, in the type and in the field", () => {
  const file = create(FileDescriptorProtoSchema, {
    name: "health.proto",
    messageType: [
      {
        name: "List",
        field: [{ name: "statuses", number: 1, type: FieldDescriptorProto_Type.MESSAGE, typeName: "Statuses" }],
        nestedType: [{ name: "Statuses", options: { mapEntry: true } }],
      },
    ],
  });
  const [list] = fromBinary(
    FileDescriptorProtoSchema,
    nameMapEntries(toBinary(FileDescriptorProtoSchema, file)),
  ).messageType;
  expect([list?.field[0]?.typeName, list?.nestedType[0]?.name]).toEqual(["StatusesEntry", "StatusesEntry"]);
});
