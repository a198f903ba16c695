/** A host and a port as one text, an IPv6 address in brackets (RFC 3986): `10.0.0.7:50051`, `[fd00::7]:50051`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
