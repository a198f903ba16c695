/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */
/** @typedef {import("./links.js").Link} Link */

/** How long a dot is under way. */
const TRAVEL_MS = 900;
/** The dots of an event are spread over the time to the next. */
const EVENT_MS = 250;
const MOST_DOTS = 400;
const RADIUS = 3;
/** A call of which no pod is known gets so far: while the links are still close to each other. */
const LOST_AT = 0.3;

/** Calls under way in the drawing. */
export class Dots {
  /** @type {{ startMs: number, link: number, aside: number, failed: boolean, lost: boolean }[]} */
  #dots = [];

  get count() {
    return this.#dots.length;
  }

  /** @param {Snapshot} snapshot @param {number} nowMs */
  add({ samples, pods }, nowMs) {
    for (const [pod, failed] of samples) {
      if (this.#dots.length >= MOST_DOTS || pods.length === 0) return;
      const lost = pod < 0;
      const link = lost ? Math.floor(Math.random() * pods.length) : pod;
      // Beside the middle of a thick link, so that many calls look like many.
      const aside = Math.random() - 0.5;
      this.#dots.push({ startMs: nowMs + Math.random() * EVENT_MS, link, aside, failed: failed === 1, lost });
    }
  }

  /**
   * Draws those on their way and forgets those that have come to their end.
   * @param {CanvasRenderingContext2D} context
   * @param {number} nowMs
   * @param {readonly Link[]} links
   * @param {readonly string[]} colors of the links' pods
   * @param {string} failedColor
   */
  draw(context, nowMs, links, colors, failedColor) {
    this.#dots = this.#dots.filter(({ startMs }) => nowMs - startMs < TRAVEL_MS);
    for (const { startMs, link, aside, failed, lost } of this.#dots) {
      const way = (nowMs - startMs) / TRAVEL_MS;
      if (way < 0) continue;
      const line = links[link];
      if (line === undefined) continue;
      const { x, y } = line.at(lost ? Math.min(way, LOST_AT) : way);
      context.globalAlpha = lost && way > LOST_AT ? (1 - way) / (1 - LOST_AT) : 1;
      context.fillStyle = failed ? failedColor : (colors[link] ?? failedColor);
      context.beginPath();
      context.arc(x, y + aside * Math.max(0, line.width - RADIUS), RADIUS, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }
}
