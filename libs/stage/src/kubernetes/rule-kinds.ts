import { InputError, type RuleObject } from "@grpc-lb-lab/stage-api";
import type { ObjectName } from "./changed-object.ts";

/** A kind of objects by which somebody asks something of traffic. */
export type RuleKind = Omit<ObjectName, "name">;

const [NETWORKING, SECURITY] = ["networking.istio.io/v1", "security.istio.io/v1"];

/**
 * The kinds that rules may be of; where a killed lab may have left some.
 * @see https://istio.io/latest/docs/reference/config/
 * @see https://gateway-api.sigs.k8s.io/reference/spec/
 */
export const RULE_KINDS: readonly RuleKind[] = [
  { apiVersion: NETWORKING, kind: "VirtualService", plural: "virtualservices" },
  { apiVersion: NETWORKING, kind: "DestinationRule", plural: "destinationrules" },
  { apiVersion: NETWORKING, kind: "ServiceEntry", plural: "serviceentries" },
  { apiVersion: NETWORKING, kind: "Sidecar", plural: "sidecars" },
  { apiVersion: "networking.istio.io/v1alpha3", kind: "EnvoyFilter", plural: "envoyfilters" },
  { apiVersion: SECURITY, kind: "PeerAuthentication", plural: "peerauthentications" },
  { apiVersion: SECURITY, kind: "AuthorizationPolicy", plural: "authorizationpolicies" },
  { apiVersion: SECURITY, kind: "RequestAuthentication", plural: "requestauthentications" },
  { apiVersion: "telemetry.istio.io/v1", kind: "Telemetry", plural: "telemetries" },
  { apiVersion: "gateway.networking.k8s.io/v1", kind: "GRPCRoute", plural: "grpcroutes" },
];

/**
 * What an object is called; its API version may be another than the lab's.
 * @throws {InputError} when rules may not be of its kind.
 */
export function objectName({ apiVersion, kind, metadata }: RuleObject): ObjectName {
  const known = RULE_KINDS.find((one) => one.kind === kind && groupOf(one.apiVersion) === groupOf(apiVersion));
  if (known !== undefined) return { ...known, apiVersion, name: metadata.name };
  const kinds = RULE_KINDS.map((one) => one.kind).join(", ");
  throw new InputError(
    `the kubernetes stage does not know how to apply ${kind} ${metadata.name} (${apiVersion}): rules may be of the kinds ${kinds}`,
  );
}

function groupOf(apiVersion: string): string {
  return apiVersion.split("/")[0] ?? "";
}
