const MS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5 };
const PART = "(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)";
const DURATION = new RegExp(`^(?:0|(?:${PART})+)$`);

/** Prints a duration as Go does (`time.Duration.String`): `1.5ms`, `2s`, `1m0.5s`; to the nanosecond. */
export function formatGoDuration(ms: number): string {
  const ns = Math.round(ms * 1e6);
  if (ns === 0) return "0s";
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${ns / 1e3}µs`;
  if (ns < 1e9) return `${ns / 1e6}ms`;
  return withMinutes(ns);
}

/** Reads a duration as Go does (`time.ParseDuration`), but no negative one: `1h2m3.5s` in ms; undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(new RegExp(PART, "g"))];
  return parts.reduce((ms, [, amount, unit]) => ms + Number(amount) * (MS_PER_UNIT[unit ?? ""] ?? 0), 0);
}

function withMinutes(ns: number): string {
  const [minuteNs, hourNs] = [60e9, 3600e9];
  const seconds = `${(ns % minuteNs) / 1e9}s`;
  if (ns < minuteNs) return seconds;
  const minutes = `${Math.floor((ns % hourNs) / minuteNs)}m${seconds}`;
  return ns < hourNs ? minutes : `${Math.floor(ns / hourNs)}h${minutes}`;
}
