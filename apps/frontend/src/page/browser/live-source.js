/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */

/** Events come 4 times a second; after this the line is taken for dead, whatever the browser thinks of it. */
const SILENT_MS = 3000;
const CHECK_MS = 1000;

/** Listens to a frontend's `/events` and never gives up. */
export class LiveSource {
  /** @type {EventSource | undefined} */
  #events;
  #heardMs = performance.now();
  #live = false;
  #url;
  #onSnapshot;
  #onState;

  /**
   * @param {string} url
   * @param {(snapshot: Snapshot) => void} onSnapshot
   * @param {(live: boolean) => void} onState told when the line comes and goes
   */
  constructor(url, onSnapshot, onState) {
    this.#url = url;
    this.#onSnapshot = onSnapshot;
    this.#onState = onState;
    this.#open();
    setInterval(() => this.#check(), CHECK_MS);
  }

  #open() {
    this.#events?.close();
    this.#events = new EventSource(this.#url);
    this.#heardMs = performance.now();
    this.#events.onmessage = ({ data }) => {
      this.#heardMs = performance.now();
      this.#setLive(true);
      this.#onSnapshot(JSON.parse(data));
    };
    this.#events.onerror = () => this.#setLive(false);
  }

  /** A browser gives up for good after an HTTP error, and may not notice a dead line at all. */
  #check() {
    if (performance.now() - this.#heardMs < SILENT_MS) return;
    this.#setLive(false);
    this.#open();
  }

  /** @param {boolean} live */
  #setLive(live) {
    if (live === this.#live) return;
    this.#live = live;
    this.#onState(live);
  }
}
