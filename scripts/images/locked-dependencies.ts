/** The part of a package-lock.json (lockfileVersion 3) that is read. */
export interface PackageLock {
  /** By folder, relative to the lock file: `node_modules/a`, `libs/b`. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  /** With `link`: the workspace's folder. */
  readonly resolved?: string;
  readonly link?: boolean;
  /** The optional ones among them. */
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What a workspace needs to run. */
export interface LockedDependencies {
  /** Folders of workspaces, itself included. */
  readonly workspaces: readonly string[];
  /** Folders of packages from a registry. */
  readonly packages: readonly string[];
}

/** What only the lab on the user's machine needs, to reach an engine or a cluster; it is imported there and then. */
const NOT_IN_IMAGES = new Set(["testcontainers", "@kubernetes/client-node"]);

/**
 * What the workspace in `folder` needs to run in an image, as the lock file has it: production dependencies and what those need in turn,
 * without optional ones. Found as Node finds modules: the nearest `node_modules` folder upwards.
 * @throws Error that names a dependency that the lock file lacks.
 */
export function lockedDependencies(lock: PackageLock, folder: string): LockedDependencies {
  const found = new Set<string>([folder]);
  for (const at of found) {
    for (const needed of directDependencies(lock, at)) found.add(needed);
  }
  const folders = [...found].sort();
  return { workspaces: folders.filter((at) => !isPackage(at)), packages: folders.filter(isPackage) };
}

/** The folders of what the package or workspace in `folder` itself needs to run. */
export function directDependencies(lock: PackageLock, folder: string): string[] {
  return required(lock.packages[folder] ?? {}).map((name) => locate(lock, folder, name));
}

function isPackage(folder: string): boolean {
  return folder.includes("node_modules/");
}

function required(locked: LockedPackage): string[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = locked;
  const own = Object.keys(dependencies).filter((name) => !(name in optionalDependencies || NOT_IN_IMAGES.has(name)));
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...own, ...peers];
}

function locate({ packages }: PackageLock, from: string, name: string): string {
  for (let at: string | undefined = from; at !== undefined; at = parent(at)) {
    const folder = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    const locked = packages[folder];
    if (locked !== undefined) return locked.link === true ? (locked.resolved ?? folder) : folder;
  }
  throw new Error(`package-lock.json does not have ${name}, which ${from} depends on: run npm install`);
}

/** The folder in whose `node_modules` Node looks next. */
function parent(folder: string): string | undefined {
  if (folder === "") return undefined;
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
}
