import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakePod } from "../traffic/testing/fake-greeter.ts";
import { CHROMIUM_FLAGS, findChromium } from "./testing/chromium.ts";
import { startFakeStage } from "./testing/fake-stage.ts";
import { type PageSetup, startPage } from "./testing/start-page.ts";

const chromiumPath = findChromium();
const title =
  chromiumPath === undefined ? "the page (left out: no chromium on the PATH or in CHROMIUM_BIN)" : "the page";
/** As a text to evaluate: the page's policy lets no foreign script in. */
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A machine with 2 busy cores is slow at painting. */
const PATIENCE = { timeout: 60_000 };
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** How often a page asks for a frame within 2 s. */
const COUNT_FRAMES = `new Promise((resolve) => {
  let frames = 0;
  const request = requestAnimationFrame;
  window.requestAnimationFrame = (draw) => (frames++, request(draw));
  setTimeout(() => resolve(frames), 2000);
})`;

const pods = (count: number) => Array.from({ length: count }, (_, index) => fakePod(index + 1));

describe.skipIf(chromiumPath === undefined)(title, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: CHROMIUM_FLAGS });
  });
  afterAll(() => browser.close());

  /** A page with its server and stage, and everything that the browser complained of. */
  async function open(count: number, setup: PageSetup = {}, look: BrowserContextOptions = {}) {
    const stack = new AsyncDisposableStack();
    const backends = pods(count);
    const stage = stack.use(await startFakeStage(backends));
    const server = stack.use(await startPage(backends, { stageUrl: stage.url, ...setup }));
    const context = await browser.newContext({ viewport: WIDE, ...look });
    stack.defer(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(server.url);
    await page.locator(".pod, .empty").first().waitFor(PATIENCE);
    return { page, server, stage, backends, complaints, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  const shares = (page: Page) => page.locator(".pod .recent").allTextContents();
  const percent = (text: string) => Number.parseFloat(text);
  const figure = async (page: Page, name: string) =>
    percent((await page.locator(`.figure:has(dt:text-is("${name}")) .value`).textContent()) ?? "");

  test("shows which pod answers, and their even shares", async () => {
    await using it = await open(4, { traffic: { rate: 200 } });
    await it.page.getByText("All 4 pods answer evenly").first().waitFor(PATIENCE);
    for (const share of await shares(it.page)) expect(Math.abs(percent(share) - 25)).toBeLessThanOrEqual(2);
    expect(await it.page.locator(".pod .name").allTextContents()).toEqual(it.backends.map(({ name }) => name));
    expect(it.complaints).toEqual([]);
  });

  test("sees the percentiles move when a pod is slowed from the page, and heal again", async () => {
    await using it = await open(4, { traffic: { rate: 200 } });
    await expect.poll(() => figure(it.page, "p99"), PATIENCE).toBeGreaterThan(0);
    await it.page.getByRole("button", { name: "Slow backend-2 down" }).click();
    await expect.poll(() => figure(it.page, "p99"), PATIENCE).toBeGreaterThan(190);
    await it.page.locator('[data-pod="backend-2"]').getByText("slow +200 ms").waitFor(PATIENCE);
    const slow = async () => (await it.page.locator(".pod .p50").allTextContents()).map((ms) => Number(ms) > 100);
    await expect.poll(slow, PATIENCE).toEqual([false, true, false, false]);
    await it.page.getByRole("button", { name: "Heal all" }).click();
    await it.page.getByText("slow +200 ms").waitFor({ state: "detached", ...PATIENCE });
    expect(it.stage.asked).toEqual([
      '/stage/fault {"pod":"backend-2","fault":{"latencyMs":200,"errorShare":0}}',
      '/stage/fault {"pod":"backend-2","fault":{}}',
    ]);
    expect(it.complaints).toEqual([]);
  });

  test("counts the calls of a failing pod by their code", async () => {
    await using it = await open(2, { traffic: { rate: 100 } });
    await it.page.getByRole("button", { name: "Make backend-1 fail" }).click();
    await it.page.getByRole("rowheader", { name: "UNAVAILABLE" }).waitFor(PATIENCE);
    await it.page.getByText(/\* over answered calls only: [\d,]+ of [\d,]+$/).waitFor(PATIENCE);
    const percentiles = it.page.locator(".figure:has(dt:text-is('p99')) .value, .pod .p50");
    const marked = expect.stringMatching(/^[\d.,]+\*$/);
    await expect.poll(() => percentiles.allTextContents(), PATIENCE).toEqual([marked, marked, marked]);
    await it.page.getByRole("button", { name: "Crash backend-2" }).click();
    await expect.poll(() => it.stage.asked.at(-1)).toBe('/stage/crash {"pod":"backend-2"}');
  });

  test("is worked by keyboard alone: rate, kind of call, number of pods", async () => {
    await using it = await open(2);
    await it.page.keyboard.press("Tab");
    for (let step = 0; step < 4; step++) await it.page.keyboard.press("ArrowRight");
    await expect.poll(() => it.server.traffic.settings.rate, PATIENCE).toBe(10);
    await it.page.keyboard.press("Tab");
    await it.page.keyboard.press("ArrowRight");
    await expect.poll(() => it.server.traffic.settings.kind, PATIENCE).toBe("server-stream");
    await it.page.getByText("All 2 pods answer evenly").first().waitFor(PATIENCE);
    await it.page.keyboard.press("Tab");
    await it.page.keyboard.press("Tab");
    await it.page.keyboard.press("Enter");
    await it.page.locator('[data-pod="backend-3"]').waitFor(PATIENCE);
    expect(await it.page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("One pod more");
    expect(it.complaints).toEqual([]);
  });

  test.each([
    ["light", WIDE],
    ["dark", WIDE],
    ["light", PHONE],
    ["dark", { width: 360, height: 780 }],
    ["light", { width: 1600, height: 900 }],
  ] as const)("has no accessibility violation and nothing cut off, %s at %o", async (colorScheme, viewport) => {
    await using it = await open(12, { traffic: { rate: 300 } }, { colorScheme, viewport });
    if (it.backends[2] !== undefined) it.backends[2].latencyMs = 150;
    if (it.backends[5] !== undefined) it.backends[5].errorShare = 0.3;
    await it.page.getByRole("rowheader", { name: "UNAVAILABLE" }).waitFor(PATIENCE);
    await it.page.getByText("slow +150 ms").waitFor(PATIENCE);
    await it.page.evaluate(axe);
    const { violations } = (await it.page.evaluate("axe.run()")) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    expect(await it.page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
  });

  test.each([1, 2])("cuts nothing off on the smallest phone with the shares of %i pods", async (count) => {
    const viewport = { width: 360, height: 780 };
    await using it = await open(count, { traffic: { rate: 50 } }, { viewport });
    await it.page
      .getByText(count === 1 ? "100.0 %" : "50.0 %", { exact: true })
      .first()
      .waitFor(PATIENCE);
    expect(await it.page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
  });

  test("tells that it is disconnected, and comes back by itself", async () => {
    await using it = await open(1, { traffic: { rate: 50 } });
    await it.page.getByText("live", { exact: true }).waitFor(PATIENCE);
    const { port } = it.server;
    await it.server[Symbol.asyncDispose]();
    await it.page.getByText("disconnected, trying again…").waitFor(PATIENCE);
    await it.page.getByText("disconnected: last known state").waitFor(PATIENCE);
    await using again = await startPage(it.backends, { port });
    await it.page.getByText("live", { exact: true }).waitFor(PATIENCE);
    again.traffic.set({ rate: 50, kind: "unary" });
    await it.page.getByText("backend-1 answers").first().waitFor(PATIENCE);
  });

  test("shows another frontend beside its own, with the same load on both", async () => {
    // Each must know the other's address before it starts.
    const [own, beside] = await Promise.all([startPage([]), startPage([])]);
    await Promise.all([own[Symbol.asyncDispose](), beside[Symbol.asyncDispose]()]);
    const compared = { mode: "plain", port: beside.port, compareWith: [own.url] };
    await using other = await startPage([fakePod(1), fakePod(2)], compared);
    await using it = await open(2, { mode: "proxyless", port: own.port, compareWith: [other.url] });
    await it.page.getByRole("heading", { name: "plain" }).waitFor(PATIENCE);
    await it.page.getByRole("slider").fill("6");
    await expect.poll(() => other.traffic.settings.rate, PATIENCE).toBe(50);
    expect(it.server.traffic.settings.rate).toBe(50);
    await expect.poll(() => it.page.getByText("All 2 pods answer evenly").count(), PATIENCE).toBeGreaterThanOrEqual(2);
    const boxes = async () => Promise.all((await it.page.locator(".panel").all()).map((panel) => panel.boundingBox()));
    const [left, right] = await boxes();
    expect([left?.y, (left?.x ?? 0) < (right?.x ?? 0)]).toEqual([right?.y, true]);
    await it.page.setViewportSize(PHONE);
    const [above, below] = await boxes();
    expect([above?.x, (above?.y ?? 0) < (below?.y ?? 0)]).toEqual([below?.x, true]);
    expect(it.complaints).toEqual([]);
  });

  test("draws nothing that moves for who wants less motion, and counts all the same", async () => {
    await using it = await open(2, { traffic: { rate: 1_000 } }, { reducedMotion: "reduce" });
    await it.page.getByText("All 2 pods answer evenly").first().waitFor(PATIENCE);
    // One frame for each of the 8 events in 2 s; with dots there would be one for each refresh of the screen.
    expect(await it.page.evaluate(COUNT_FRAMES)).toBeLessThanOrEqual(16);
  });

  test("keeps up with thousands of calls per second: samples are drawn, all are counted", async () => {
    await using it = await open(4, { traffic: { rate: 3_000 } });
    await expect.poll(() => it.server.stats.snapshot().answered, { timeout: 60_000 }).toBeGreaterThan(10_000);
    it.server.traffic.set({ rate: 0, kind: "unary" });
    await expect.poll(() => it.server.traffic.inFlight, PATIENCE).toBe(0);
    const counted = it.server.stats.snapshot().answered.toLocaleString("en");
    await it.page.getByText(`${counted} in all`).waitFor(PATIENCE);
  });

  test("is as it looks: screenshots, wide and narrow, light and dark", async ({ annotate }) => {
    const folder = mkdtempSync(join(tmpdir(), "lab-page-"));
    for (const [name, viewport] of [
      ["wide", WIDE],
      ["narrow", PHONE],
    ] as const) {
      for (const colorScheme of ["light", "dark"] as const) {
        await using it = await open(4, { traffic: { rate: 100 } }, { viewport, colorScheme });
        await it.page.getByText("All 4 pods answer evenly").first().waitFor(PATIENCE);
        const shot = await it.page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
        expect(shot.length).toBeGreaterThan(10_000);
      }
    }
    await annotate(`screenshots are in ${folder}`);
  });
});
