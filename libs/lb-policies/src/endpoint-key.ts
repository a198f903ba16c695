import { experimental } from "@grpc/grpc-js";

/**
 * The same text for the same set of addresses in any order, which make an endpoint in gRFC A61. grpc-js's own `EndpointMap` compares each with each, which
 * takes seconds for 5,000 endpoints.
 */
export function endpointKey({ addresses }: experimental.Endpoint): string {
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined) return experimental.subchannelAddressToString(only);
  return addresses.map(experimental.subchannelAddressToString).sort().join(" ");
}
