import { Dots } from "./dots.js";
import { measureLinks } from "./links.js";

/** @typedef {import("../snapshot.ts").Snapshot} Snapshot */
/** @typedef {import("./links.js").Link} Link */

/** Draws calls as dots that flow from the frontend to the pods, over links as thick as the pods' shares. */
export class Flow {
  #root;
  #canvas;
  #dots = new Dots();
  /** @type {readonly Link[]} */
  #links = [];
  /** @type {Snapshot["pods"]} */
  #pods = [];
  /** @type {readonly string[]} */
  #colors = [];
  #palette = { line: "", failed: "" };
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #frame = 0;

  /** @param {HTMLElement} root the panel */
  constructor(root) {
    const canvas = root.querySelector("canvas");
    if (canvas === null) throw new Error("the panel has no canvas");
    this.#root = root;
    this.#canvas = canvas;
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  /** @param {Snapshot} snapshot @param {import("./pod-colors.js").PodColors} colors */
  show(snapshot, colors) {
    const style = getComputedStyle(this.#root);
    this.#palette = { line: style.getPropertyValue("--link"), failed: style.getPropertyValue("--failed") };
    this.#colors = snapshot.pods.map(({ name }) => style.getPropertyValue(`--pod-${colors.of(name)}`));
    this.#pods = snapshot.pods;
    this.#measure();
    if (!this.#still.matches && !document.hidden) this.#dots.add(snapshot, performance.now());
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  /** The canvas has as many pixels as the screen shows. */
  #fit() {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = clientWidth * devicePixelRatio;
    this.#canvas.height = clientHeight * devicePixelRatio;
    this.#measure();
    this.#draw(performance.now());
  }

  #measure() {
    const shares = this.#pods.map(({ recentShare }) => recentShare);
    this.#links = measureLinks(this.#root, this.#canvas, shares);
  }

  /** @param {number} now */
  #draw(now) {
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    for (const [index, link] of this.#links.entries()) this.#drawLink(context, index, link);
    this.#dots.draw(context, now, this.#links, this.#colors, this.#palette.failed);
    this.#frame = this.#dots.count === 0 ? 0 : requestAnimationFrame((next) => this.#draw(next));
  }

  /** @param {CanvasRenderingContext2D} context @param {number} index @param {Link} link */
  #drawLink(context, index, link) {
    const pod = this.#pods[index];
    if (pod === undefined) return;
    context.beginPath();
    for (const { x, y } of link.points) context.lineTo(x, y);
    context.lineCap = "round";
    context.strokeStyle = this.#palette.line;
    context.lineWidth = link.width;
    context.setLineDash(pod.state === "gone" || pod.state === "starting" ? [2, 5] : []);
    context.stroke();
  }
}
