/**
 * The headers that every response has. The page loads nothing but its own files, talks to its own origin and `compareWith` only, and is framed by
 * nobody; scripts and styles inside the HTML do not run.
 */
export function securityHeaders(compareWith: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    `connect-src ${["'self'", ...compareWith].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
