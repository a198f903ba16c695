import { html, nothing, render } from "../lit-html/lit-html.js";
import { errorsTable, figures, percentilesNote } from "./figures.js";
import { Flow } from "./flow.js";
import { headline } from "./headline.js";
import { latencyChart } from "./latency-chart.js";
import { LiveSource } from "./live-source.js";
import { PodColors } from "./pod-colors.js";
import { podsTable } from "./pods-table.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */

/**
 * What a panel tells the page.
 * @typedef {object} PanelListener
 * @property {(snapshot: Snapshot, sentence: string) => void} onSnapshot
 * @property {(live: boolean) => void} onState
 */

/** One frontend as it is now: who answers, how quickly, what fails. */
export class Panel {
  #root;
  #origin;
  #listener;
  #colors = new PodColors();
  /** @type {Flow | undefined} */
  #flow;
  /** @type {Snapshot | undefined} */
  #last;
  #live = false;

  /**
   * @param {HTMLElement} root
   * @param {string} origin of the frontend, or its path where one address serves several; empty for the page's own
   * @param {PanelListener} listener
   */
  constructor(root, origin, listener) {
    this.#root = root;
    this.#origin = origin;
    this.#listener = listener;
    this.#render();
    new LiveSource(
      origin === "" ? "events" : `${origin}/events`,
      (snapshot) => this.#show(snapshot),
      (live) => this.#setLive(live),
    );
  }

  /** @param {Snapshot} snapshot */
  #show(snapshot) {
    this.#last = snapshot;
    this.#render();
    this.#flow ??= new Flow(this.#root);
    this.#flow.show(snapshot, this.#colors);
    this.#listener.onSnapshot(snapshot, headline(snapshot));
  }

  /** @param {boolean} live */
  #setLive(live) {
    this.#live = live;
    this.#render();
    this.#listener.onState(live);
  }

  #render() {
    this.#root.classList.toggle("lost", !this.#live);
    render(this.#last === undefined ? this.#waiting() : this.#panel(this.#last), this.#root);
  }

  #waiting() {
    return html`<p class="headline">Waiting for ${this.#origin === "" ? "the server" : this.#origin}…</p>`;
  }

  /** @param {Snapshot} snapshot */
  #panel(snapshot) {
    const own = this.#origin === "";
    const there = own ? nothing : html`<a class="origin" href="${this.#origin}/">open its own page</a>`;
    const lost = this.#live ? nothing : html`<span class="stale">disconnected: last known state</span>`;
    return html`<header><h2>${snapshot.mode || "frontend"}</h2>${there}${lost}
        <span class="note meaning">last 10 s · in all: since the start${percentilesNote(snapshot)}</span></header>
      <p class="headline">${headline(snapshot)}</p>
      ${figures(snapshot)}
      <div class="flow">
        <canvas aria-hidden="true"></canvas>
        <div class="client" aria-hidden="true"><span>frontend</span></div>
        ${snapshot.pods.length === 0 ? empty(snapshot) : podsTable(snapshot, this.#colors, own && snapshot.stage !== null)}
      </div>
      <div class="beside">
        ${latencyChart(snapshot.trend)}
        <section class="failed"><h3>Failed calls</h3>${errorsTable(snapshot)}</section>
      </div>`;
  }
}

/** @param {Snapshot} snapshot */
function empty(snapshot) {
  return html`<p class="empty">${
    snapshot.failed > 0 ? "No pod has answered yet." : "No call yet: set the calls per second above."
  }</p>`;
}
