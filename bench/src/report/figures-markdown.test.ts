import { expect, test } from "vitest";
import { effort } from "../method/effort.ts";
import { failedFigure, judge } from "../method/figure.ts";
import { figuresMarkdown } from "./figures-markdown.ts";
import type { Report } from "./report.ts";

const spec = { name: "send", title: "p50 of A ÷ p50 of B | C", unit: "×", target: { atMost: 1.15 } };
const machine = { cpu: "EPYC", cores: 2, memoryGiB: 4, os: "Linux", node: "v20.1.0", load: 0.1 };
const report: Report = {
  suites: ["sqs", "streams"],
  command: "npm run bench -- all",
  startedAt: "2026-01-01T00:00:00.000Z",
  seconds: 61,
  commit: "abc",
  machine,
  broker: { version: "4.3.0", kind: "local" },
  effort: effort(false, undefined),
  complete: true,
  figures: [
    judge(spec, { value: 1.04, confidence: { low: 1.03, high: 1.05 }, details: { warrenmq: { perSecond: 1500 } } }),
    failedFigure({ ...spec, name: "publish" }, new Error("it needs RabbitMQ 3.11")),
  ],
};

const page = (changed: Partial<Report> = {}): Promise<string> =>
  figuresMarkdown({ ...report, ...changed }, (name) => (name === "send" ? "sqs" : "streams"));

test("the page says how, then where, then what, suite by suite", async () => {
  const text = await page();
  const places = ["## Method", "## The run", "`sqs`\n", "`send` |", "`streams`\n", "`publish` |"].map((part) =>
    text.indexOf(part),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(text).toContain("- command: `npm run bench -- all`\n- commit: abc\n");
  expect(text).toContain(
    String.raw`| ${"`send`"} | 1.04 × | ≤ 1.15 × | pass | 1.03–1.05 |  |  | p50 of A ÷ p50 of B \| C |`,
  );
});

test("a figure that could not be measured stands there with the reason", async () => {
  const text = await page();
  expect(text).toContain("| `publish` | – | ≤ 1.15 × | failed |");
  expect(text).toContain("- `publish`: it needs RabbitMQ 3.11");
  expect(text).toContain("of 2 figures 1 reach their target, 0 fall short, 1 could not be measured");
});

test("a quick run and an interrupted one say so before anything else of the run", async () => {
  expect(await page()).toContain("## The run\n\n- command");
  expect(await page({ effort: effort(true, undefined) })).toContain("## The run\n\n**A quick run");
  expect(await page({ complete: false })).toContain("## The run\n\n**The run was interrupted");
});
