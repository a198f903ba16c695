import { live } from "../lit-html/directives/live.js";
import { html, nothing, render } from "../lit-html/lit-html.js";
import { send } from "./actions.js";
import { formatRate } from "./format.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */
/** @typedef {import("../../backend/finished-call.ts").CallKind} CallKind */

/** The slider's stops, in calls per second. */
const RATES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000, 5000];

/** @type {readonly (readonly [CallKind, string])[]} */
const KINDS = [
  ["unary", "Unary"],
  ["server-stream", "Server stream"],
  ["client-stream", "Client stream"],
  ["chat", "Both ways"],
];

/** How long the user's own wish is shown before the server's word counts again. */
const OWN_MS = 1500;

/** The knobs of the page: the rate and kind of its calls, and how many pods there are where a stage allows it. */
export class Controls {
  #root;
  #everywhere;
  /** @type {Snapshot | undefined} */
  #snapshot;
  #traffic = { rate: 0, kind: /** @type {CallKind} */ ("unary") };
  #touchedMs = Number.NEGATIVE_INFINITY;

  /** @param {HTMLElement} root @param {boolean} everywhere whether the calls go to the compared frontends as well */
  constructor(root, everywhere) {
    this.#root = root;
    this.#everywhere = everywhere;
  }

  /** @param {Snapshot} snapshot */
  show(snapshot) {
    const { traffic } = snapshot;
    if (performance.now() - this.#touchedMs > OWN_MS) this.#traffic = { rate: traffic.rate, kind: traffic.kind };
    this.#snapshot = snapshot;
    this.#render();
  }

  #render() {
    if (this.#snapshot === undefined) return;
    const { mode, stage, pods } = this.#snapshot;
    const faults = pods.filter(({ fault }) => fault !== null && (fault.latencyMs > 0 || fault.errorShare > 0));
    render(
      html`${this.#rate()} ${this.#kinds()} ${stage === null ? nothing : stageKnobs(this.#everywhere ? `Pods of ${mode}` : "Pods", stage, faults)}`,
      this.#root,
    );
  }

  #rate() {
    const { rate } = this.#traffic;
    const stop = RATES.findLastIndex((value) => value <= rate);
    return html`<div class="knob">
      <label for="rate">Calls per second${this.#everywhere ? ", to each" : ""}</label>
      <div class="slider">
        <input id="rate" type="range" min="0" max=${RATES.length - 1} step="1" .value=${live(String(stop))}
          aria-valuetext="${formatRate(rate)} per second"
          @input=${(/** @type {InputEvent} */ event) => this.#set({ rate: RATES[sliderValue(event)] ?? 0 })}>
        <output for="rate">${formatRate(rate)}</output>
      </div>
    </div>`;
  }

  #kinds() {
    const option = (/** @type {CallKind} */ kind, /** @type {string} */ label) => html`<label class="segment">
      <input type="radio" name="kind" value=${kind} .checked=${live(this.#traffic.kind === kind)}
        @change=${() => this.#set({ kind })}><span>${label}</span></label>`;
    return html`<fieldset class="knob">
      <legend>Kind of call</legend>
      <div class="segments">${KINDS.map(([kind, label]) => option(kind, label))}</div>
    </fieldset>`;
  }

  /** @param {{ rate?: number, kind?: CallKind }} change */
  #set(change) {
    this.#traffic = { ...this.#traffic, ...change };
    this.#touchedMs = performance.now();
    this.#render();
    void send("PUT", "traffic", { ...this.#traffic, everywhere: this.#everywhere });
  }
}

/** @param {InputEvent} event */
function sliderValue(event) {
  return Number(/** @type {HTMLInputElement} */ (event.target).value);
}

/**
 * @param {string} label
 * @param {import("../snapshot.ts").StageView} stage
 * @param {readonly import("../snapshot.ts").PodView[]} faults
 */
function stageKnobs(label, stage, faults) {
  const scale = (/** @type {number} */ pods) => send("POST", "stage/scale", { pods });
  const heal = () => Promise.all(faults.map(({ name }) => send("POST", "stage/fault", { pod: name, fault: {} })));
  return html`<div class="knob" role="group" aria-labelledby="pods-knob">
    <span id="pods-knob" class="label">${label}</span>
    <div class="stepper">
      <button type="button" aria-label="One pod less" ?disabled=${stage.pods <= 1}
        @click=${() => scale(stage.pods - 1)}>−</button>
      <output>${stage.pods}</output>
      <button type="button" aria-label="One pod more" ?disabled=${stage.pods >= stage.maxPods}
        @click=${() => scale(stage.pods + 1)}>+</button>
      <button type="button" ?disabled=${faults.length === 0} @click=${heal}>Heal all</button>
    </div>
    <span class="note">${stage.problem}</span>
  </div>`;
}
