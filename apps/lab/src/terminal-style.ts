import type { TerminalOptions } from "@grpc-lb-lab/report";

const PIPED_COLUMNS = 100;

/** Colour and blocks where a person looks; plain ASCII when piped, with `NO_COLOR` (no-color.org), or on a dumb terminal. */
export function terminalStyle(stream: Partial<NodeJS.WriteStream>, env: NodeJS.ProcessEnv): TerminalOptions {
  const plain = stream.isTTY !== true || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  return {
    columns: stream.isTTY === true ? (stream.columns ?? PIPED_COLUMNS) : PIPED_COLUMNS,
    color: !plain,
    unicode: !plain,
  };
}
