import type { Address } from "./address.ts";

/** A program that is not the lab's own. */
export interface Program {
  /** What it is called: `envoy`. One name is one program, so that a search for it serves all who need it. */
  readonly name: string;
  /**
   * Finds it on this machine, or fetches it. Asked only where programs run as processes.
   * @throws {ProgramUnavailableError} when it cannot be had.
   */
  find(search: ProgramSearch): Promise<FoundProgram>;
  /** What makes it print its version, on stdout or stderr, and what finds the version in that, as its first group. Left out: it does not tell. */
  readonly tellsVersion?: { readonly args: readonly string[]; readonly pattern: RegExp };
}

/** How a search for a program is made. */
export interface ProgramSearch {
  /** Says where to look: `PATH`, and a variable of the program's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a download under way. */
  readonly signal: AbortSignal;
  /** Told in words what takes time. */
  readonly onProgress: (message: string) => void;
}

/** A program of this machine that was seen to run. */
export interface FoundProgram {
  /** The executable. */
  readonly path: string;
  /** As the program says it: `1.40.0`. */
  readonly version: string;
  /** What its environment needs beside that of the lab: `LD_LIBRARY_PATH`; default nothing. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a search for a program, or has made it: whoever starts several deployments lets them share what was found. */
export type FindProgram = (program: Program, signal: AbortSignal) => Promise<FoundProgram>;

/**
 * What tells one proxy between client and pods from another, for one deployment: Envoy, nginx, HAProxy. Where it runs, its process or container, its
 * files, and its end are the stage's.
 */
export interface ProxyProgram extends Program {
  /** Its image, `grpc-lb-lab/<image>`, where it runs in a container; one of the mode's `programs`. By that name it is on the image's `PATH`, too. */
  readonly image: string;
  /** How it is seen to take calls. */
  readonly readiness: ProxyReadiness;
  /** Whether it asks DNS again every `dnsRefreshMs`: then that is one of the deployment's delays. */
  readonly refreshesDns: boolean;
  /** How it is run in a place. */
  run(place: ProxyPlace): ProxyRun;
}

/**
 * How a proxy is seen to take calls.
 * - `admin`: a path on its admin port answers with 2xx (Envoy's `/ready`, HAProxy's `monitor-uri`).
 * - `listener`: its listener answers a client of HTTP/2, where no admin port tells that.
 */
export type ProxyReadiness = { readonly by: "admin"; readonly path: string } | { readonly by: "listener" };

/** Where a proxy is to be. */
export interface ProxyPlace {
  /** Where it is to listen for calls. */
  readonly listener: Address;
  /** Where its admin interface (statistics, health) is to listen, if it has one. */
  readonly admin: Address;
  /** The absolute path of a folder of its own, in which its files are and which it may write to; it goes with the deployment. */
  readonly folder: string;
}

/** The command line of a proxy and the files that it needs. */
export interface ProxyRun {
  /** What follows the program on its command line. It must stay in the foreground (HAProxy: `-db`). */
  readonly args: readonly string[];
  /** Its files by their names in the folder, and what is in them; default none. */
  readonly files?: Readonly<Record<string, string>>;
}
