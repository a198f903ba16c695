import type { PeerCertificate } from "node:tls";

/** Node joins the subject alternative names by ", " and quotes those in which that would be ambiguous. */
const SPIFFE_NAME = /(?:^|, )URI:(spiffe:\/\/[^\s,"]+)/;

/** The SPIFFE ID of a certificate (https://spiffe.io, X.509-SVID: a URI among its alternative names), which is a workload's identity in Istio. */
export function spiffeId(certificate: Pick<PeerCertificate, "subjectaltname"> | undefined): string | undefined {
  return SPIFFE_NAME.exec(certificate?.subjectaltname ?? "")?.[1];
}
