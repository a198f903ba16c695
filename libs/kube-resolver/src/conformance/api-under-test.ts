import type { SliceContent } from "@grpc-lb-lab/kube-api";

/** The Service that the conformance suite resolves. */
export const serviceName = "backend";

/** An API server that the conformance suite runs against; everything that was made there goes when it is disposed of. */
export interface ApiUnderTest extends AsyncDisposable {
  /** URL of the API server. */
  readonly url: string;
  /** Certificate authority of the API server, PEM, when it speaks https. */
  readonly ca?: string;
  /** A namespace of this run's own. */
  readonly namespace: string;
  /** An IPv4 address of this machine that slices may hold: real API servers refuse loopback addresses. */
  readonly podAddress: string;
  /** The token of a service account with the Role of the README. */
  readonly token: string;
  /** Makes the slices of the Service exactly these, by name. */
  setSlices(slices: Readonly<Record<string, SliceContent>>): Promise<void>;
  /** Replaces `token`; resolves when the old one is refused. */
  rotateToken(): Promise<void>;
  /** Takes the Role from the service account, or gives it back; resolves when that has taken effect. */
  grant(isGranted: boolean): Promise<void>;
}
