import { InterceptingCall, type Interceptor, type StatusObject, status } from "@grpc/grpc-js";
import { type HttpProxy, httpProxyOf } from "./http-proxy.ts";
import type { Env } from "./settings.ts";
import { parseTarget, type TargetScheme } from "./target.ts";
import { xdsServerUri } from "./xds-server-uri.ts";

/** How calls end that a proxy between may have ended, or kept from ever being sent. */
const SUSPECT: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.UNKNOWN, status.INTERNAL];

/** Who knows the addresses behind a target of the scheme, and is not asked when grpc-js hands the target to a proxy. */
const NOT_ASKED: Partial<Record<TargetScheme, string>> = { kubernetes: "Kubernetes", xds: "the xDS server" };

/**
 * Adds to the status of each failed call that no server answered that a proxy variable is the reason to look at: by itself grpc-js says "No connection
 * established. Last error: undefined". Nothing where no such variable applies to the target, nor to the xDS server that knows what is behind it.
 */
export function explainProxy(target: string, env: Env): Interceptor[] {
  const explanation = explain(target, env);
  return explanation === undefined ? [] : [adding(explanation)];
}

function explain(target: string, env: Env): string | undefined {
  const { scheme } = parseTarget(target);
  const proxy = httpProxyOf(target, env);
  const notAsked = NOT_ASKED[scheme];
  const unasked = notAsked === undefined ? "" : ` and does not ask ${notAsked}`;
  if (proxy !== undefined) return sentence(proxy, `this target: grpc-js connects through that proxy${unasked}`);
  const xdsServer = scheme === "xds" ? xdsServerUri(env) : undefined;
  const between = xdsServer === undefined ? undefined : proxyOfXdsServer(xdsServer, env);
  return between && sentence(between, `the xDS server ${xdsServer}: grpc-js asks it through that proxy`);
}

function sentence({ variable, origin, remedy }: HttpProxy, effect: string): string {
  return `${variable}=${origin} applies to ${effect}; to connect without it, set ${remedy}`;
}

function proxyOfXdsServer(uri: string, env: Env): HttpProxy | undefined {
  try {
    return httpProxyOf(uri, env);
  } catch {
    return undefined; // Not a target that the lab knows; what is wrong with it is grpc-js's to say.
  }
}

function adding(explanation: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        let answered = false;
        next(metadata, {
          onReceiveMetadata(received, pass) {
            answered = true;
            pass(received);
          },
          onReceiveStatus(end, pass) {
            const suspect = SUSPECT.includes(end.code) && !answered && !isAnswer(end);
            pass(suspect ? { ...end, details: `${end.details.trimEnd()}; ${explanation}` } : end);
          },
        });
      },
    });
}

/** Whether a server sent it: a status without a response comes in headers, of which some are left in its metadata. */
function isAnswer({ metadata }: StatusObject): boolean {
  return Object.keys(metadata.getMap()).length > 0;
}
