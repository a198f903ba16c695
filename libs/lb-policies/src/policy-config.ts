import { experimental, logVerbosity } from "@grpc/grpc-js";

/** The fields of a policy's settings in a service config; null and nothing stand for none, as in Protobuf's JSON form, and unknown fields do no harm. */
export function readFields(policy: string, json: unknown): Readonly<Record<string, unknown>> {
  if (json === undefined || json === null) return {};
  if (typeof json !== "object" || Array.isArray(json))
    throw refused(policy, `the settings are ${JSON.stringify(json)}, but must be an object such as {}`);
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

const told = new Set<string>();

/**
 * The error for wrong settings. It is also logged, once, at the level that grpc-js shows by default: grpc-js swallows such errors and goes on with the
 * next policy of the list, or with pick_first.
 */
export function refused(policy: string, reason: string): Error {
  const text = `lb-policies: ${policy} is not used: ${reason}; grpc-js takes the next policy of loadBalancingConfig, or pick_first`;
  if (!told.has(text)) experimental.log(logVerbosity.ERROR, text);
  told.add(text);
  return new Error(reason);
}
