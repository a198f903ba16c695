import type { DescFile } from "@bufbuild/protobuf";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** A service that is ready to be added to a grpc-js server, and the file that describes it to reflection. */
export interface GrpcService {
  /** `greeter.v1.GreeterService`: the name in paths, health and reflection. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
  readonly file: DescFile;
}
