/** How a search may be ended, and what it tells of itself. */
export interface FindOptions {
  /** Ends a download under way. */
  readonly signal?: AbortSignal;
  /** Told in words what takes time (a download). Not called when nothing does. */
  readonly onProgress?: (message: string) => void;
}
