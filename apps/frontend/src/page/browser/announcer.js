import { byId } from "./by-id.js";

/** Nobody is told anything oftener than this. */
const PAUSE_MS = 6000;

/** Tells screen readers what changed, and only that: the newest sentence of each panel, after a pause. */
export class Announcer {
  /** @type {Map<string, string>} */
  #now = new Map();
  #said = "";

  constructor() {
    setInterval(() => this.#say(), PAUSE_MS);
  }

  /** @param {string} panel @param {string} sentence */
  set(panel, sentence) {
    this.#now.set(panel, sentence);
  }

  /** @param {string} panel */
  clear(panel) {
    this.#now.delete(panel);
  }

  #say() {
    const several = this.#now.size > 1;
    const sentences = [...this.#now].map(([panel, sentence]) => `${several ? `${panel}: ` : ""}${sentence}.`);
    const text = sentences.join(" ");
    if (text === this.#said) return;
    this.#said = text;
    byId("spoken").textContent = text;
  }
}
