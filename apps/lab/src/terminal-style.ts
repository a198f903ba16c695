import type { TerminalOptions } from "@grpc-lb-lab/report";

/** The usual width of a terminal. */
const USUAL_COLUMNS = 80;

/** Where a locale is looked for, the first that is set counts: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02 */
const LOCALE_VARIABLES = ["LC_ALL", "LC_CTYPE", "LANG"] as const;

/**
 * How `stream` is written to. Colour and blocks where a person looks; plain ASCII when piped, with `NO_COLOR` (no-color.org), or on a dumb terminal.
 * ASCII with colour where the locale has no more characters (`LANG=C`). As wide as `COLUMNS` says, else as the terminal is, else 80.
 */
export function terminalStyle(stream: Partial<NodeJS.WriteStream>, env: NodeJS.ProcessEnv): TerminalOptions {
  const plain = stream.isTTY !== true || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  return { columns: columnsOf(stream, env), color: !plain, unicode: !plain && hasUnicode(env) };
}

function columnsOf({ isTTY, columns }: Partial<NodeJS.WriteStream>, { COLUMNS = "" }: NodeJS.ProcessEnv): number {
  if (/^[1-9]\d*$/.test(COLUMNS)) return Number(COLUMNS);
  return (isTTY === true && columns) || USUAL_COLUMNS;
}

/** False in the locales C and POSIX, and in one whose character set is named and is not UTF-8. Where no locale is set, as in most containers, terminals know UTF-8. */
function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = LOCALE_VARIABLES.map((name) => env[name]).find((value) => (value ?? "") !== "") ?? "";
  const [, name, charset] = /^([^.@]*)(?:\.([^@]*))?/.exec(locale) ?? [];
  if (charset !== undefined) return /^utf-?8$/i.test(charset);
  return name !== "C" && name !== "POSIX";
}
