import { createRequire } from "node:module";
import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";

import { captureServices, type LoadedService } from "@grpc-lb-lab/workarounds/capture-services";
import { nameMapEntries } from "@grpc-lb-lab/workarounds/name-map-entries";
import { addLazyService } from "./lazy-service.ts";

const require = createRequire(import.meta.url);

const VERSIONS = ["v1", "v1alpha"] as const;

/**
 * Adds server reflection (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md), v1 and v1alpha, so that grpcurl needs no
 * `.proto` file. It describes `files`, and the services that `described` loads; all is loaded with the first call.
 */
export function addReflection(
  server: Server,
  files: readonly DescFile[],
  described: readonly (() => LoadedService)[],
): void {
  let loaded: readonly LoadedService[] | undefined;
  const load = () => {
    const descriptors = [...files.map(withDependencies), ...described.map((loadOne) => descriptorsOf(loadOne()))];
    return loadReflection(descriptors.flat());
  };
  for (const [index, version] of VERSIONS.entries()) {
    const methods = { ServerReflectionInfo: { requestStream: true, responseStream: true } };
    addLazyService(server, `grpc.reflection.${version}.ServerReflection`, methods, () => {
      loaded ??= load();
      const service = loaded[index];
      if (service === undefined) throw new Error(`@grpc/reflection has no ${version}`);
      return service;
    });
  }
}

function loadReflection(fileDescriptorProtos: readonly Uint8Array[]): readonly LoadedService[] {
  const { ReflectionService } = require("@grpc/reflection") as typeof import("@grpc/reflection");
  // Of a package definition @grpc/reflection reads the descriptors of its message types only.
  const types = { fileDescriptorProtos: fileDescriptorProtos.map((bytes) => Buffer.from(bytes)) };
  const definition = { types } as unknown as ConstructorParameters<typeof ReflectionService>[0];
  return captureServices((recorder) => new ReflectionService(definition).addToServer(recorder));
}

function withDependencies(file: DescFile): readonly Uint8Array[] {
  return [toBinary(FileDescriptorProtoSchema, file.proto), ...file.dependencies.flatMap(withDependencies)];
}

/** `@grpc/proto-loader` leaves the descriptors of a whole file beside each message type. */
function descriptorsOf({ definition }: LoadedService): readonly Uint8Array[] {
  const [method] = Object.values(definition) as { requestType?: { fileDescriptorProtos?: readonly Uint8Array[] } }[];
  return method?.requestType?.fileDescriptorProtos?.map(nameMapEntries) ?? [];
}
