import { CHROMIUM_FLAGS, findChromium } from "@grpc-lb-lab/frontend/testing/chromium";
import { type Browser, chromium, type Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { LabProcess } from "../testing/lab-process.ts";

const chromiumPath = findChromium();
const missing = chromiumPath === undefined ? " (left out: no chromium on the PATH or in CHROMIUM_BIN)" : "";
/** For a machine with 2 busy cores. */
const PATIENCE = { timeout: 60_000 };

describe.skipIf(chromiumPath === undefined)(`the page of lab up plain,headless${missing}`, { timeout: 150_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: CHROMIUM_FLAGS });
  });
  afterAll(() => browser?.close());

  /** The pods' shares of the last 10 s in percent, the largest first. */
  const shares = async (panel: Locator) => {
    const texts = await panel.locator(".pod .recent").allTextContents();
    return texts.map((text) => Number.parseFloat(text)).sort((one, other) => other - one);
  };
  const p99 = async (panel: Locator) =>
    Number.parseFloat((await panel.locator('.figure:has(dt:text-is("p99")) .value').textContent()) ?? "");

  it("shows one pod under plain beside all under headless, and what a slow pod and a new one do", async () => {
    const up = new LabProcess(["up", "plain,headless"]);
    onTestFinished(() => up.kill("SIGKILL"));
    await up.says("Ctrl-C ends it.");
    const [plainUrl = "", headlessUrl = ""] = [...up.stdout.matchAll(/^ {2}page +(\S+)$/gm)].map((match) => match[1]);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));

    await page.goto(plainUrl);
    const [own, beside] = [page.locator(".panel").first(), page.locator(".panel").nth(1)];
    await expect.poll(() => shares(own), PATIENCE).toEqual([100, 0, 0, 0]);
    const quarter = expect.toSatisfy((share: number) => share > 20 && share < 30);
    await expect.poll(() => shares(beside), PATIENCE).toEqual([quarter, quarter, quarter, quarter]);

    await page.goto(headlessUrl);
    await expect.poll(() => p99(own), PATIENCE).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Slow backend-2 down" }).click();
    await expect.poll(() => p99(own), PATIENCE).toBeGreaterThan(190);
    await page.getByRole("button", { name: "Heal all" }).click();
    await own.getByText("slow +200 ms").waitFor({ state: "detached", ...PATIENCE });
    // The client has no reason to ask DNS again: the new pod stays idle.
    await page.getByRole("button", { name: "One pod more" }).click();
    await expect.poll(() => shares(own), PATIENCE).toEqual([quarter, quarter, quarter, quarter, 0]);
    expect(complaints).toEqual([]);
    up.kill("SIGINT");
    expect((await up.ended).status).toBe(0);
  });

  it("is whole at one address for all, each mode's below its name", async () => {
    const up = new LabProcess(["up", "plain,headless", "--pods", "2", "--listen", "0"]);
    onTestFinished(() => up.kill("SIGKILL"));
    await up.says("Ctrl-C ends it.");
    const [plainUrl = ""] = [...up.stdout.matchAll(/^ {2}page +(\S+)$/gm)].map((match) => match[1]);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));

    await page.goto(new URL("/", plainUrl).href);
    const [own, beside] = [page.locator(".panel").first(), page.locator(".panel").nth(1)];
    await expect.poll(() => shares(own), PATIENCE).toEqual([100, 0]);
    await expect.poll(() => p99(beside), PATIENCE).toBeGreaterThan(0);
    await beside.getByRole("link", { name: "open its own page" }).click();
    await own.getByRole("heading", { name: "headless" }).waitFor(PATIENCE);
    await page.getByRole("button", { name: "One pod more" }).click();
    await own.getByText("backend-3").waitFor(PATIENCE);
    await beside.getByRole("link", { name: "open its own page" }).click();
    await own.getByRole("heading", { name: "plain" }).waitFor(PATIENCE);
    expect(complaints).toEqual([]);
  });
});
