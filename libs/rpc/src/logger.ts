import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { oneOf } from "./setting-schemas.ts";
import type { Settings } from "./settings.ts";

/** A pino logger: JSON lines. */
export type Logger = PinoLogger;

/** pino's levels, from the most to the least talkative. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment of the logger. */
export const loggerSettings = {
  LOG_LEVEL: {
    meaning: `Lowest level to log: ${LOG_LEVELS.join(", ")}`,
    default: "info",
    schema: oneOf(LOG_LEVELS),
  },
} as const satisfies Settings;

/** Makes a logger that writes JSON lines with the level's name and the time in ISO 8601; to stdout unless `destination` is given. */
export function createLogger(level: LogLevel, destination: DestinationStream = stdout()): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

/** Each line is written as it is logged: what pino still held when the process ends would come in another order. */
function stdout(): DestinationStream {
  return pino.destination({ fd: 1, sync: true });
}
