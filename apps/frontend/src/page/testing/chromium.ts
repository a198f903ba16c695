import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A browser that is started for a test: no window, nothing of its own on the network. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of Chromium: CHROMIUM_BIN, or `chromium` on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium"));
  return [process.env.CHROMIUM_BIN ?? "", ...onPath].find(isProgram);
}

function isProgram(path: string): boolean {
  if (path === "") return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
