import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCodemod } from "./codemod-process.ts";

const project = fileURLToPath(new URL("../../packages/codemod/fixtures/inventory/input", import.meta.url));
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

describe.skipIf(executablePath === undefined)("the page with the map, in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "warrenmq-map-"));
  const errors: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const file = join(folder, "map.html");
    await runCodemod(project, ["inventory", "--quiet", "--report", `html=${file}`]);
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ["--no-sandbox"],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) errors.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test("shows every queue, topic and stream, and loads nothing", async () => {
    for (const name of ["orders", "order-placed", "clicks", "invoices.fifo", "jobs"]) {
      expect(await page.locator("g.box", { hasText: name }).count()).toBeGreaterThan(0);
    }
    expect(errors).toEqual([]);
  });

  test("a search leaves what matches, with its neighbours", async () => {
    await page.fill("#search", "clicks");
    expect(await page.locator('g.box[data-id="stream:clicks"]').count()).toBe(1);
    expect(await page.locator('g.box[data-id="queue:exports"]').count()).toBe(0);
    await page.fill("#search", "");
    expect(await page.locator('g.box[data-id="queue:exports"]').count()).toBe(1);
  });

  test("a click shows where a queue is declared and used, and fades the rest", async () => {
    await page.locator('g.box[data-id="queue:orders"]').click();
    expect(await page.textContent("#details")).toContain("terraform/main.tf:3 (terraform)");
    expect(await page.textContent("#details")).toContain("SendMessage (src/app.ts:15)");
    expect(await page.locator('g.box[data-id="queue:exports"]').getAttribute("class")).toContain("faded");
    await page.keyboard.press("Escape");
    expect(await page.locator("g.box.faded").count()).toBe(0);
  });

  test("the findings can be searched by their code", async () => {
    await page.fill("#search", "KINESIS_EFO");
    expect(await page.locator("#findings tr").count()).toBe(2);
    await page.fill("#search", "");
  });

  test("administration is shown on request", async () => {
    const before = await page.locator("path.line.admin").count();
    await page.check("#admin");
    expect(before).toBe(0);
    expect(await page.locator("path.line.admin").count()).toBeGreaterThan(0);
  });

  test("severities are filtered, and one connection leads to the next", async () => {
    const all = await page.locator("#findings tr").count();
    await page.locator("#chips .chip.blocked").click();
    const blocked = await page.locator("#findings tr").count();
    expect(blocked).toBeGreaterThan(1);
    expect(blocked).toBeLessThan(all);
    await page.locator('g.box[data-id="topic:order-placed"]').click();
    await page.locator("#details button", { hasText: "orders" }).first().click();
    expect(await page.locator('g.box[data-id="queue:orders"]').getAttribute("class")).toContain("selected");
  });

  test("boxes of a column never cover each other", async () => {
    const boxes = await page
      .locator("g.box")
      .evaluateAll((all) =>
        all.map((box) => (box.getAttribute("transform") ?? "").match(/[\d.]+/g)?.map(Number) ?? []),
      );
    for (const [index, [x = 0, y = 0]] of boxes.entries())
      for (const [otherX = 0, otherY = 0] of boxes.slice(index + 1))
        if (x === otherX) expect(Math.abs(y - otherY)).toBeGreaterThanOrEqual(49.9);
  });
});
