/** What istiod sends and gRPC's xDS clients do not read. */
const IGNORED =
  /\.(perTryTimeout|retryRemoteLocalities|mirror|mirrors|mirrorPercent|mirrorPercentage|rewrite|httpCookie|useSourceIp)$|\.(http|route)\.\d+\.headers$/;
/** What istiod sends, and because of which gRPC's xDS clients reject all routes of the host. */
const REJECTED = /\.(corsPolicy|redirect|directResponse)$/;
/** What istiod does not send to gRPC: https://github.com/istio/api/issues/3001 */
const NOT_SENT =
  /\.(outlierDetection|warmup\w*|tcp|http1MaxPendingRequests|maxRequestsPerConnection|maxRetries|maxConcurrentStreams|idleTimeout)$/;

/** Whether a field that the lab's own control plane knows has no effect on gRPC without a proxy. */
export function isUnheeded(field: string): boolean {
  return IGNORED.test(field) || NOT_SENT.test(field);
}

/** Says why a field, `spec.http.0.mirror`, that the lab's own control plane does not send has no effect. */
export function explainUnheeded(field: string): string {
  if (IGNORED.test(field)) return `${field}: gRPC without a proxy ignores it`;
  if (NOT_SENT.test(field))
    return `${field}: istiod does not send it to gRPC without a proxy, nor does the lab's own control plane`;
  const notSent = `${field}: the lab's own control plane does not send it`;
  return REJECTED.test(field)
    ? `${notSent}; istiod does, and gRPC without a proxy then rejects all routes of the host`
    : notSent;
}
