/// <reference lib="dom" />
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { benchFolder, runWorkload } from "../bench/bench-process.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

describe.skipIf(executablePath === undefined)("the page of a run, in a browser", { timeout: 60_000 }, () => {
  const errors: string[] = [];
  let folder: Awaited<ReturnType<typeof benchFolder>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await benchFolder();
    const file = join(folder.path, "report.html");
    const load =
      "name: <b>night</b>\nscenario: get-records\ntargets: [fake]\nrate: 2000\nduration: 2s\nwarmUp: 1s\nrepeats: 2";
    const fake = JSON.stringify({ latenciesMs: [1, 2, 3] });
    await runWorkload(folder.path, load, ["--fake", fake, "--html", file, "--shards", "1"]);
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: "dark" });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) errors.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await browser.close();
    await folder[Symbol.asyncDispose]();
  });

  test("shows the name as it is, the outcome, a verdict and a row for each target, and loads nothing", async () => {
    expect(await page.textContent("h1")).toBe("<b>night</b>");
    expect(await page.textContent("#outcome")).toBe("every record accounted for");
    expect(await page.textContent(".verdict strong")).toMatch(/^fake: fits with/u);
    expect(await page.locator("#results tbody tr", { hasText: "fake" }).count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("draws each chart with something in it", async () => {
    for (const id of ["rate", "time", "distribution"]) {
      const canvas = page.locator(`#${id} canvas`);
      expect(await canvas.count()).toBe(1);
      expect(await page.locator(`#${id} .u-series`).count()).toBeGreaterThanOrEqual(2);
      const colours = await canvas.evaluate((element) => {
        if (!(element instanceof HTMLCanvasElement)) return 0;
        const { data } = element.getContext("2d")?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
        const seen = new Set<string>();
        for (let at = 0; at < data.length; at += 4)
          if (data[at + 3] === 255) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
        return seen.size;
      });
      expect(colours).toBeGreaterThan(1);
    }
  });

  test("begins dark where the system is, and can be turned", async () => {
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.click("#theme");
    const light = await background();
    expect([dark, light]).toEqual(["rgb(22, 22, 21)", "rgb(252, 252, 251)"]);
    expect(await page.locator("#rate canvas").count()).toBe(1);
  });

  test("shows another run when it is chosen", async () => {
    await page.selectOption("#repeat", "2");
    expect(await page.locator("#rate canvas").count()).toBe(1);
    expect(errors).toEqual([]);
  });
});
