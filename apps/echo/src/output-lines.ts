/** A line of an answer, as scripts grep them: `Hostname=echo-v1`. */
export function field(name: string, value: string | number): string {
  return `${name}=${value}\n`;
}

/** As {@link field}; nothing when there is no value. */
export function fieldIfAny(name: string, value: string): string {
  return value === "" ? "" : field(name, value);
}

/** A line that a forwarder says of its request `id` (counted from 0): `[0] Latency=1.2ms`. */
export function requestField(id: number, name: string, value: string | number): string {
  return `[${id}] ${field(name, value)}`;
}

/** The lines that request `id` got as its answer: `[0 body] Hostname=echo-v1`. Empty ones are left out. */
export function bodyLines(id: number, body: string): string {
  const lines = body.split("\n").filter((line) => line !== "");
  return lines.map((line) => `[${id} body] ${line}\n`).join("");
}
