import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./cli-options.ts";
import type { CliOptions } from "./cli-options.ts";

describe("the command line", () => {
  test("needs no more than a suite", () => {
    expect(parse("sqs")).toEqual({
      suites: ["sqs"],
      command: "npm run bench -- sqs",
      quick: false,
      only: [],
      limitSeconds: 5_400,
    });
  });

  test("takes several suites", () => {
    expect(parse("sqs fifo delay --quick").suites).toEqual(["sqs", "fifo", "delay"]);
  });

  test("takes all options", () => {
    expect(parse("sqs --json out.json --quick --rounds 9 --only idle seam --soak 30m --limit 1h")).toEqual({
      suites: ["sqs"],
      command: "npm run bench -- sqs --json out.json --quick --rounds 9 --only idle seam --soak 30m --limit 1h",
      json: "out.json",
      quick: true,
      rounds: 9,
      only: ["idle", "seam"],
      soakSeconds: 1800,
      limitSeconds: 3600,
    });
  });

  test("'all' is every suite, and writes the page of the documentation and the report beside it", () => {
    const { suites, markdown, json } = parse("all --only seam");
    expect(suites).toEqual(["sqs", "sns", "kinesis", "fifo", "delay", "streams", "codemod", "harness"]);
    expect({ markdown, json }).toEqual({ markdown: "docs/benchmarks.md", json: "docs/benchmarks.json" });
    expect(parse("all --markdown here.md").markdown).toBe("here.md");
  });

  test("a quick look at 'all' leaves the documentation alone", () => {
    expect(parse("all --quick").markdown).toBe(".cache/benchmarks-quick.md");
  });

  test.each([
    ["", "missing required argument 'suite'"],
    ["sqss", "Allowed choices are all, sqs, sns, kinesis, fifo, delay, streams, codemod"],
    ["sqs --rounds 0", "A whole number from 1 on is needed"],
    ["sqs --soak soon", "is not a duration such as 60s, 30m or 2h"],
    ["sqs --fast", "unknown option '--fast'"],
  ])("'%s' is refused with what is wrong", (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});

function parse(line: string): CliOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return parseCommandLine(line.split(" ").filter(Boolean), command);
}
