import type { JsonObject } from "../json.ts";

const TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";
/** The certificate provider that Istio's agent writes into the bootstrap (gRFC A29). */
const OWN_CERTIFICATE = { instanceName: "default", certificateName: "default" };
const ROOT_CERTIFICATE = { instanceName: "default", certificateName: "ROOTCA" };

/** `TransportSocket` of a cluster whose servers are called with mutual TLS: a server with none of `identities` is refused. */
export function upstreamTls(identities: readonly string[]): JsonObject {
  return tlsSocket("UpstreamTlsContext", {
    commonTlsContext: commonTlsContext({ matchSubjectAltNames: identities.map((exact) => ({ exact })) }),
  });
}

/** `TransportSocket` of a server that demands a certificate of its mesh, whoever's: istiod leaves it to AuthorizationPolicy who may call. */
export function downstreamTls(): JsonObject {
  return tlsSocket("DownstreamTlsContext", { commonTlsContext: commonTlsContext({}), requireClientCertificate: true });
}

function tlsSocket(message: string, config: JsonObject): JsonObject {
  return { name: "envoy.transport_sockets.tls", typedConfig: { "@type": `${TLS}.${message}`, ...config } };
}

/** Each provider stands in it twice, as in istiod's: once for gRPC libraries of before Envoy's API gave its fields their present names. */
function commonTlsContext(validation: JsonObject): JsonObject {
  return {
    tlsCertificateProviderInstance: OWN_CERTIFICATE,
    tlsCertificateCertificateProviderInstance: OWN_CERTIFICATE,
    combinedValidationContext: {
      defaultValidationContext: { caCertificateProviderInstance: ROOT_CERTIFICATE, ...validation },
      validationContextCertificateProviderInstance: ROOT_CERTIFICATE,
    },
  };
}
