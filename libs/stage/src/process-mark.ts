import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** The form of a mark: process id, start, and the namespace of the id. */
const MARK = /^(\d+)-(\d+)-(\d+)$/;
/** Places in /proc/<pid>/stat behind the name of the program: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const [STATE, START] = [0, 19];

/**
 * Names this process for files that must not outlive it: its id, when it started, for ids are used again, and in which namespace that id
 * is, for a folder may be shared with a container. Digits and `-`, fit for a file's name.
 */
export function ownMark(): string {
  return `${process.pid}-${startOf(process.pid) ?? 0}-${ownNamespace()}`;
}

/** Whether the process with this mark still runs, as far as can be told: true for one in another container. False for what is no mark. */
export function isRunning(mark: string): boolean {
  const [, pid, start, namespace] = MARK.exec(mark) ?? [];
  if (pid === undefined) return false;
  if (namespace !== ownNamespace()) return true;
  if (!isThere(Number(pid))) return false;
  const now = startOf(Number(pid));
  return now === undefined || now === Number(start);
}

/** The number of the namespace of process ids; 0 where there are none. Source: https://man7.org/linux/man-pages/man7/namespaces.7.html */
function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

/** Of another user's process, too. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, in a unit of the system's; 0 for one that has ended and was not yet waited for; undefined where it cannot be read. */
function startOf(pid: number): number | undefined {
  try {
    return process.platform === "linux" ? startInProc(pid) : startByPs(pid);
  } catch {
    return undefined;
  }
}

function startInProc(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[STATE] === "Z" ? 0 : Number(fields[START]);
}

/** macOS has no /proc. */
function startByPs(pid: number): number | undefined {
  const env = { ...process.env, LC_ALL: "C" };
  const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env });
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
